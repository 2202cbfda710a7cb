package org.evengrad.engine.run;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.evengrad.engine.metrics.Confusion;
import org.evengrad.engine.step.TrainingState;
import org.evengrad.engine.train.Checkpoint;
import org.evengrad.engine.train.Scores;

/**
 * Checkpoints on disk: plain numbers, big-endian, with a checksum (CRC-32C) behind them. The one
 * before is kept until the new one has been read back.
 */
final class CheckpointFile {
    private static final int MAGIC = 0x45564347;
    private static final int FORMAT = 3;

    private CheckpointFile() {}

    /**
     * Writes a checkpoint, reads it back, and then deletes all but it and the one before.
     *
     * @param folder created if absent
     * @throws IOException if it could not be written; the ones before are then still there
     */
    static void write(Path folder, Checkpoint checkpoint) throws IOException {
        Files.createDirectories(folder);
        Path file =
                folder.resolve(
                        String.format(
                                Locale.ROOT, "step-%012d.checkpoint", checkpoint.state().step()));
        AtomicFile.write(file, temporary -> writeTo(temporary, checkpoint));
        readFrom(file);
        List<Path> all = newestFirst(folder);
        for (Path old : all.subList(Math.min(2, all.size()), all.size())) {
            Files.deleteIfExists(old);
        }
    }

    /**
     * Reads the newest checkpoint that is whole.
     *
     * @return empty if there is none
     */
    static Optional<Checkpoint> newest(Path folder) throws IOException {
        for (Path file : newestFirst(folder)) {
            try {
                return Optional.of(readFrom(file));
            } catch (IOException damaged) {
                continue;
            }
        }
        return Optional.empty();
    }

    private static List<Path> newestFirst(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(path -> path.getFileName().toString().endsWith(".checkpoint"))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    private static void writeTo(Path file, Checkpoint checkpoint) throws IOException {
        CRC32C checksum = new CRC32C();
        try (DataOutputStream out =
                new DataOutputStream(
                        new CheckedOutputStream(
                                new BufferedOutputStream(Files.newOutputStream(file)), checksum))) {
            out.writeInt(MAGIC);
            out.writeInt(FORMAT);
            write(out, checkpoint.state());
            out.writeInt(checkpoint.snapshots().size());
            for (TrainingState snapshot : checkpoint.snapshots()) {
                write(out, snapshot);
            }
            write(out, checkpoint.progress());
            out.writeInt(checkpoint.monitors().size());
            for (double[] monitor : checkpoint.monitors()) {
                write(out, monitor);
            }
            out.writeLong(checksum.getValue());
        }
    }

    private static void write(DataOutputStream out, TrainingState state) throws IOException {
        out.writeLong(state.step());
        out.writeLong(state.updates());
        out.writeDouble(state.rateScale());
        out.writeDouble(state.rate());
        write(out, state.parameters());
        write(out, state.slots());
        write(out, state.scalars());
        write(out, state.sizes());
        write(out, state.schedule());
        out.writeInt(state.guards().length);
        for (double[] guard : state.guards()) {
            write(out, guard);
        }
        out.writeInt(state.guardSlots().length);
        for (float[][] slots : state.guardSlots()) {
            write(out, slots);
        }
    }

    private static void write(DataOutputStream out, Checkpoint.Progress progress)
            throws IOException {
        out.writeLong(progress.skipped());
        out.writeLong(progress.rollbacks());
        out.writeLong(progress.clipped());
        out.writeInt(progress.badSteps());
        out.writeInt(progress.unusableInARow());
        out.writeDouble(progress.bestValue());
        out.writeInt(progress.bestEpoch());
        out.writeInt(progress.evaluationsSinceBest());
        out.writeBoolean(progress.bestParameters().isPresent());
        if (progress.bestParameters().isPresent()) {
            write(out, progress.bestParameters().get());
        }
        out.writeBoolean(progress.lastValidation().isPresent());
        if (progress.lastValidation().isPresent()) {
            write(out, progress.lastValidation().get());
        }
        out.writeDouble(progress.seconds());
    }

    private static void write(DataOutputStream out, Scores scores) throws IOException {
        out.writeDouble(scores.loss());
        out.writeInt(scores.metrics().size());
        for (Map.Entry<String, Double> metric : scores.metrics().entrySet()) {
            out.writeUTF(metric.getKey());
            out.writeDouble(metric.getValue());
        }
        write(out, scores.lossPerStep().stream().mapToDouble(Double::doubleValue).toArray());
        out.writeInt(scores.confusion().map(Confusion::classes).orElse(0));
        for (List<Long> row : scores.confusion().map(Confusion::counts).orElse(List.of())) {
            for (long count : row) {
                out.writeLong(count);
            }
        }
        out.writeInt(scores.rows());
    }

    private static void write(DataOutputStream out, float[][] arrays) throws IOException {
        out.writeInt(arrays.length);
        for (float[] array : arrays) {
            write(out, array);
        }
    }

    private static void write(DataOutputStream out, float[] values) throws IOException {
        out.writeInt(values.length);
        for (float value : values) {
            out.writeInt(Float.floatToRawIntBits(value));
        }
    }

    private static void write(DataOutputStream out, double[] values) throws IOException {
        out.writeInt(values.length);
        for (double value : values) {
            out.writeLong(Double.doubleToRawLongBits(value));
        }
    }

    private static Checkpoint readFrom(Path file) throws IOException {
        CRC32C checksum = new CRC32C();
        long size = Files.size(file);
        try (DataInputStream in =
                new DataInputStream(
                        new CheckedInputStream(
                                new BufferedInputStream(Files.newInputStream(file)), checksum))) {
            if (in.readInt() != MAGIC || in.readInt() != FORMAT) {
                throw new IOException(file + " is no checkpoint of this version");
            }
            TrainingState state = state(in, size);
            List<TrainingState> snapshots = new ArrayList<>();
            int snapshotCount = count(in, size);
            for (int i = 0; i < snapshotCount; i++) {
                snapshots.add(state(in, size));
            }
            Checkpoint.Progress progress = progress(in, size);
            List<double[]> monitors = new ArrayList<>();
            int monitorCount = count(in, size);
            for (int i = 0; i < monitorCount; i++) {
                monitors.add(doubles(in, size));
            }
            long expected = checksum.getValue();
            if (in.readLong() != expected) {
                throw new IOException(file + " is damaged: its checksum is wrong");
            }
            return new Checkpoint(state, snapshots, progress, monitors);
        } catch (EOFException e) {
            throw new IOException(file + " is cut short", e);
        }
    }

    private static TrainingState state(DataInputStream in, long size) throws IOException {
        long step = in.readLong();
        long updates = in.readLong();
        double rateScale = in.readDouble();
        double rate = in.readDouble();
        float[] parameters = floats(in, size);
        float[][] slots = arrays(in, size);
        double[] scalars = doubles(in, size);
        double[] sizes = doubles(in, size);
        double[] schedule = doubles(in, size);
        double[][] guards = new double[count(in, size)][];
        for (int i = 0; i < guards.length; i++) {
            guards[i] = doubles(in, size);
        }
        float[][][] guardSlots = new float[count(in, size)][][];
        for (int i = 0; i < guardSlots.length; i++) {
            guardSlots[i] = arrays(in, size);
        }
        return new TrainingState(
                step,
                updates,
                rateScale,
                rate,
                parameters,
                slots,
                scalars,
                sizes,
                schedule,
                guards,
                guardSlots);
    }

    private static Checkpoint.Progress progress(DataInputStream in, long size) throws IOException {
        long skipped = in.readLong();
        long rollbacks = in.readLong();
        long clipped = in.readLong();
        int badSteps = in.readInt();
        int unusable = in.readInt();
        double bestValue = in.readDouble();
        int bestEpoch = in.readInt();
        int sinceBest = in.readInt();
        Optional<float[]> best =
                in.readBoolean() ? Optional.of(floats(in, size)) : Optional.empty();
        Optional<Scores> validation =
                in.readBoolean() ? Optional.of(scores(in, size)) : Optional.empty();
        return new Checkpoint.Progress(
                skipped,
                rollbacks,
                clipped,
                badSteps,
                unusable,
                bestValue,
                bestEpoch,
                sinceBest,
                best,
                validation,
                in.readDouble());
    }

    private static Scores scores(DataInputStream in, long size) throws IOException {
        double loss = in.readDouble();
        Map<String, Double> metrics = new LinkedHashMap<>();
        int metricCount = count(in, size);
        for (int i = 0; i < metricCount; i++) {
            String name = in.readUTF();
            metrics.put(name, in.readDouble());
        }
        List<Double> lossPerStep = DoubleStream.of(doubles(in, size)).boxed().toList();
        List<List<Long>> counts = new ArrayList<>();
        int classes = count(in, size);
        for (int row = 0; row < classes; row++) {
            List<Long> rowCounts = new ArrayList<>();
            for (int column = 0; column < classes; column++) {
                rowCounts.add(in.readLong());
            }
            counts.add(rowCounts);
        }
        Optional<Confusion> confusion =
                classes == 0 ? Optional.empty() : Optional.of(new Confusion(counts));
        return new Scores(loss, metrics, lossPerStep, confusion, in.readInt());
    }

    /** No array can be longer than the file: a damaged length must not ask for all memory. */
    private static int count(DataInputStream in, long size) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > size) {
            throw new IOException("a length in it is damaged");
        }
        return count;
    }

    private static float[][] arrays(DataInputStream in, long size) throws IOException {
        float[][] arrays = new float[count(in, size)][];
        for (int i = 0; i < arrays.length; i++) {
            arrays[i] = floats(in, size);
        }
        return arrays;
    }

    private static float[] floats(DataInputStream in, long size) throws IOException {
        float[] values = new float[count(in, size)];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(in.readInt());
        }
        return values;
    }

    private static double[] doubles(DataInputStream in, long size) throws IOException {
        double[] values = new double[count(in, size)];
        for (int i = 0; i < values.length; i++) {
            values[i] = Double.longBitsToDouble(in.readLong());
        }
        return values;
    }
}
