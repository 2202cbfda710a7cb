package org.evengrad.engine.run;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.engine.train.TrainingListener.Evaluation;
import org.evengrad.engine.train.Verdict;
import org.evengrad.spi.Horizon;

/**
 * Writes {@code metrics.jsonl}. The training thread copies each record into a ring and goes on; a
 * thread of the log's own turns records into text.
 *
 * <p>Every step is written up to 50 MB, then every second one, and half as many again for each 50
 * MB more. Steps in which a guard did something are always written.
 */
final class MetricsLog implements AutoCloseable {
    private static final int SLOTS = 256;
    private static final long IDLE_NANOS = 20_000_000;
    static final long FULL_DETAIL_BYTES = 50_000_000;

    private final StepRecord[] ring = new StepRecord[SLOTS];
    private final List<String> tensors;
    private final List<String> guards;
    private final CountingStream out;
    private final JsonGenerator json;
    private final long fullDetailBytes;
    private final Thread writer;

    private volatile long published;
    private volatile long written;
    private volatile boolean closing;
    private volatile IOException failure;

    MetricsLog(
            OutputStream out,
            long earlierBytes,
            List<String> tensors,
            List<String> layers,
            List<String> guards,
            Horizon horizon,
            long fullDetailBytes)
            throws IOException {
        this.tensors = List.copyOf(tensors);
        this.guards = List.copyOf(guards);
        this.fullDetailBytes = fullDetailBytes;
        this.out = new CountingStream(new BufferedOutputStream(out, 1 << 16));
        json = new JsonFactory().createGenerator(this.out, JsonEncoding.UTF8);
        json.setRootValueSeparator(null);
        for (int i = 0; i < SLOTS; i++) {
            ring[i] = new StepRecord(tensors.size(), guards.size());
        }
        this.out.bytes = earlierBytes;
        if (earlierBytes == 0) {
            writeLayout(layers, horizon);
        }
        writer = new Thread(this::drain, "evengrad-metrics");
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * Takes over a record. Waits only when the disk is slower than training.
     *
     * @throws UncheckedIOException if the log could not be written, now or before
     */
    void step(StepRecord record) {
        while (published - written == SLOTS) {
            check();
            LockSupport.unpark(writer);
            LockSupport.parkNanos(100_000);
        }
        check();
        ring[(int) (published % SLOTS)].copyFrom(record);
        published++;
        if (published - written == SLOTS / 2) {
            LockSupport.unpark(writer);
        }
    }

    /** Writes a line about the validation data, after all steps before it. */
    void evaluation(Evaluation evaluation) {
        line(
                () -> {
                    json.writeStringField("type", "evaluation");
                    json.writeNumberField("step", evaluation.step());
                    json.writeNumberField("epoch", evaluation.epoch());
                    number("validationLoss", evaluation.scores().loss());
                    number("validationAccuracy", evaluation.scores().accuracy().orElse(Double.NaN));
                    json.writeFieldName("metrics");
                    ScoresJson.metrics(json, evaluation.scores().metrics());
                });
    }

    /**
     * Writes a line about a batch that a step did not use, after all steps before it.
     *
     * @param rows the indices of its rows in the data set
     * @param file where the rows are, relative to the run folder; empty if they were not saved
     */
    void setAside(long step, int[] rows, Optional<String> file) {
        line(
                () -> {
                    json.writeStringField("type", "set-aside");
                    json.writeNumberField("step", step);
                    json.writeStringField("file", file.orElse(null));
                    json.writeFieldName("rows");
                    json.writeArray(rows, 0, rows.length);
                });
    }

    /**
     * Writes a line about the health of the run, after all steps before it.
     *
     * @param step steps so far
     * @param atEnd whether it is a verdict on the whole run, and not one on the way
     */
    void verdict(Verdict verdict, long step, boolean atEnd) {
        line(
                () -> {
                    json.writeStringField("type", "verdict");
                    VerdictJson.write(json, verdict);
                    json.writeNumberField("step", step);
                    json.writeBooleanField("atEnd", atEnd);
                });
    }

    private void check() {
        if (failure != null) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Waits until the writer is idle, so that the generator is the caller's. */
    private void line(Body body) {
        while (written != published) {
            check();
            LockSupport.unpark(writer);
            LockSupport.parkNanos(100_000);
        }
        check();
        try {
            json.writeStartObject();
            body.write();
            json.writeEndObject();
            endLine();
            json.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void drain() {
        try {
            while (!closing || written != published) {
                if (written == published) {
                    LockSupport.parkNanos(IDLE_NANOS);
                    continue;
                }
                long end = published;
                for (long i = written; i < end; i++) {
                    writeStep(ring[(int) (i % SLOTS)]);
                    if (i == end - 1) {
                        json.flush();
                    }
                    written = i + 1;
                }
            }
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException e) {
            failure = new IOException("the metrics could not be written", e);
        }
    }

    private void writeLayout(List<String> layers, Horizon horizon) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "layout");
        strings("tensors", tensors);
        strings("layers", layers);
        json.writeNumberField("plannedSteps", horizon.steps());
        json.writeNumberField("stepsPerEpoch", horizon.stepsPerEpoch());
        json.writeEndObject();
        endLine();
        json.flush();
    }

    private void strings(String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private void writeStep(StepRecord record) throws IOException {
        boolean eventful = record.actions() > 0 || record.outcome() != Outcome.APPLIED;
        if (!eventful && (record.step() - 1) % stride() != 0) {
            return;
        }
        json.writeStartObject();
        json.writeStringField("type", "step");
        json.writeNumberField("step", record.step());
        json.writeNumberField("epoch", record.epoch());
        number("loss", record.loss());
        number("learningRate", record.learningRate());
        json.writeObjectFieldStart("gradientNorm");
        for (int t = 0; t < tensors.size(); t++) {
            number(tensors.get(t), record.gradientNorm(t));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("gradientNormAfterGuards");
        for (int t = 0; t < tensors.size(); t++) {
            number(tensors.get(t), record.gradientNormAfterGuards(t));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("updateRatio");
        for (int t = 0; t < tensors.size(); t++) {
            number(tensors.get(t), record.updateRatio(t));
        }
        json.writeEndObject();
        json.writeArrayFieldStart("guards");
        for (int i = 0; i < record.actions(); i++) {
            json.writeStartObject();
            json.writeStringField("guard", guards.get(record.actionGuard(i)));
            json.writeStringField("action", record.actionKind(i).word());
            json.writeFieldName("tensor");
            if (record.actionTensor(i) < 0) {
                json.writeNull();
            } else {
                json.writeString(tensors.get(record.actionTensor(i)));
            }
            number("factor", record.actionFactor(i));
            json.writeStringField("reason", record.actionReason(i));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        endLine();
    }

    private long stride() {
        return 1L << Math.min(62, out.bytes / fullDetailBytes);
    }

    private void number(String name, double value) throws IOException {
        json.writeFieldName(name);
        float shorter = (float) value;
        if (!Double.isFinite(value)) {
            json.writeNull();
        } else if (Math.abs(shorter) >= Float.MIN_NORMAL && Float.isFinite(shorter)) {
            json.writeNumber(shorter);
        } else {
            json.writeNumber(value);
        }
    }

    private void endLine() throws IOException {
        json.writeRaw('\n');
    }

    /**
     * Writes what is left and closes the file.
     *
     * @throws UncheckedIOException if something could not be written
     */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(writer);
        try {
            writer.join();
            json.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        check();
    }

    @FunctionalInterface
    private interface Body {
        void write() throws IOException;
    }

    private static final class CountingStream extends FilterOutputStream {
        private long bytes;

        CountingStream(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
            bytes++;
        }

        @Override
        public void write(byte[] values, int from, int length) throws IOException {
            out.write(values, from, length);
            bytes += length;
        }
    }
}
