package org.evengrad.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.engine.train.Scores;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.engine.train.Verdict;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;

/**
 * Shows how a run goes: a bar on a terminal, a line now and then elsewhere. Looks at a step only
 * when it is about to show one.
 */
class Progress implements TrainingListener, AutoCloseable {
    private static final Progress NONE = new Progress();

    Progress() {}

    /** Shows nothing. */
    static Progress none() {
        return NONE;
    }

    /** A bar if there is a terminal, else lines. */
    static Progress on(PrintWriter err, Surroundings surroundings) {
        return surroundings.columns() > 0 ? new Bar(err, surroundings.columns()) : new Lines(err);
    }

    @Override
    public void close() {}

    /** What both kinds know. */
    private abstract static class Visible extends Progress {
        final PrintWriter err;
        TrainingPlan plan;
        boolean[] weights;
        Optional<Scores> validation = Optional.empty();
        long clipped;
        long skipped;

        Visible(PrintWriter err) {
            this.err = err;
        }

        @Override
        public void started(TrainingPlan started) {
            plan = started;
            List<Tensor> tensors = started.network().tensors();
            weights = new boolean[tensors.size()];
            for (Tensor tensor : tensors) {
                weights[tensor.index()] = tensor.role() != Role.BIAS;
            }
            err.printf(
                    Locale.ROOT,
                    "%s: %,d rows to train on, %,d to validate, %,d to test%n"
                            + "%d layers, %,d parameters, %,d steps, %d thread%s%n",
                    started.name(),
                    started.data().train().examples(),
                    examples(started.data().validation()),
                    examples(started.data().test()),
                    started.network().layers().size(),
                    started.network().parameters().limit(),
                    started.horizon().steps(),
                    started.threads(),
                    started.threads() == 1 ? "" : "s");
            started.notes().forEach(err::println);
            err.flush();
        }

        void count(StepRecord record) {
            clipped += record.clipped() ? 1 : 0;
            skipped += record.outcome() == Outcome.APPLIED ? 0 : 1;
        }

        @Override
        public void verdict(Verdict verdict) {
            say(VerdictLine.of(verdict));
        }

        @Override
        public void guarded(Verdict verdict, List<String> guards) {
            say("from here on guarded by " + String.join(", ", guards));
        }

        void say(String line) {
            err.println(line);
            err.flush();
        }

        @Override
        public void evaluated(Evaluation evaluation) {
            validation = Optional.of(evaluation.scores());
        }

        String state(StepRecord record) {
            double smallest = Double.POSITIVE_INFINITY;
            double largest = 0;
            for (int t = 0; t < weights.length; t++) {
                if (weights[t]) {
                    smallest = Math.min(smallest, record.gradientNorm(t));
                    largest = Math.max(largest, record.gradientNorm(t));
                }
            }
            StringBuilder text = new StringBuilder();
            text.append("loss ").append(Numbers.shortest(record.loss()));
            validation.ifPresent(
                    scores -> text.append(", validation ").append(ScoresText.headline(scores)));
            text.append(", gradients ")
                    .append(Numbers.shortest(smallest))
                    .append(" to ")
                    .append(Numbers.shortest(largest));
            if (clipped > 0) {
                text.append(", clipped ").append(clipped);
            }
            if (skipped > 0) {
                text.append(", skipped ").append(skipped);
            }
            text.append(", rate ").append(Numbers.shortest(record.learningRate()));
            return text.toString();
        }
    }

    /** A bar that is redrawn in place. */
    private static final class Bar extends Visible {
        private static final int REDRAW_MILLIS = 200;
        private final int columns;
        private ProgressBar bar;
        private long drawn;

        Bar(PrintWriter err, int columns) {
            super(err);
            this.columns = columns;
        }

        @Override
        public void started(TrainingPlan started) {
            super.started(started);
            bar =
                    new ProgressBarBuilder()
                            .setTaskName(started.name())
                            .setInitialMax(started.horizon().steps())
                            .setUpdateIntervalMillis(REDRAW_MILLIS)
                            .setStyle(ProgressBarStyle.ASCII)
                            .setConsumer(new DelegatingProgressBarConsumer(this::draw, columns - 1))
                            .build();
        }

        private void draw(String line) {
            err.print("\r" + line);
            err.flush();
        }

        /** Above the bar, which is drawn again below it. */
        @Override
        void say(String line) {
            err.print("\r" + " ".repeat(columns - 1) + "\r");
            super.say(line);
        }

        @Override
        public void stepped(StepRecord record) {
            count(record);
            bar.stepTo(record.step());
            long now = System.nanoTime();
            if (now - drawn > REDRAW_MILLIS * 1_000_000L
                    || record.step() == plan.horizon().steps()) {
                drawn = now;
                bar.setExtraMessage(" " + state(record));
            }
        }

        @Override
        public void finished(TrainingResult result) {
            close();
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
                bar = null;
                err.println();
            }
        }
    }

    /** About ten lines a run, at the ends of epochs where there are any. */
    private static final class Lines extends Visible {
        private static final int LINES = 10;
        private long every;
        private long began;

        Lines(PrintWriter err) {
            super(err);
        }

        @Override
        public void started(TrainingPlan started) {
            super.started(started);
            every = Math.max(1, started.horizon().steps() / LINES);
            began = System.nanoTime();
        }

        @Override
        public void stepped(StepRecord record) {
            count(record);
            long planned = plan.horizon().steps();
            if (record.step() % every != 0 && record.step() != planned) {
                return;
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            err.printf(
                    Locale.ROOT,
                    "step %,d of %,d, epoch %d: %s, %s left%n",
                    record.step(),
                    planned,
                    record.epoch(),
                    state(record),
                    Numbers.duration(seconds / record.step() * (planned - record.step())));
            err.flush();
        }
    }

    private static int examples(Optional<Batches> part) {
        return part.map(Batches::examples).orElse(0);
    }
}
