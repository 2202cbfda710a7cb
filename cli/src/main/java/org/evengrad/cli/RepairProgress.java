package org.evengrad.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.RepairListener;
import org.evengrad.diagnosis.repair.Stage;
import org.evengrad.diagnosis.repair.Trial;
import org.evengrad.engine.train.Verdict;

/** Shows how an attempt at a repair goes: a bar on a terminal, a line a stage elsewhere. */
class RepairProgress implements RepairListener, AutoCloseable {
    private static final RepairProgress NONE = new RepairProgress();

    RepairProgress() {}

    /** Shows nothing. */
    static RepairProgress none() {
        return NONE;
    }

    /** A bar if there is a terminal, else lines. */
    static RepairProgress on(PrintWriter err, Surroundings surroundings) {
        return surroundings.columns() > 0 ? new Bar(err, surroundings.columns()) : new Lines(err);
    }

    @Override
    public void close() {}

    /** {@code about 1 min 5 s left}; empty as long as nobody can say. */
    private static String left(double seconds) {
        return Double.isFinite(seconds) ? ", about " + Numbers.duration(seconds) + " left" : "";
    }

    private static String percent(double done) {
        return String.format(Locale.ROOT, "%d%%", Math.round(100 * done));
    }

    /** A line that is redrawn in place. */
    private static final class Bar extends RepairProgress {
        private static final long REDRAW_NANOS = 200_000_000L;
        private static final int LONGEST_BAR = 24;

        private final PrintWriter err;
        private final int columns;
        private String stage = "diagnosis";
        private double done;
        private double secondsLeft = Double.NaN;
        private long drawn;
        private boolean open;

        Bar(PrintWriter err, int columns) {
            this.err = err;
            this.columns = columns;
        }

        @Override
        public void diagnosed(List<Verdict> verdicts) {
            erase();
            verdicts.forEach(verdict -> err.println(VerdictLine.of(verdict)));
            draw();
        }

        @Override
        public void began(Stage began, List<Patch> patches) {
            stage = StageText.of(began);
            draw();
        }

        @Override
        public void progressed(double share, double seconds) {
            done = share;
            secondsLeft = seconds;
            if (System.nanoTime() - drawn > REDRAW_NANOS) {
                draw();
            }
        }

        private void draw() {
            int room = Math.max(0, Math.min(LONGEST_BAR, columns - 50));
            int full = (int) Math.round(done * room);
            String bar = room == 0 ? "" : " [" + "=".repeat(full) + " ".repeat(room - full) + "]";
            String line = stage + bar + " " + percent(done) + left(secondsLeft);
            erase();
            err.print(line.length() < columns ? line : line.substring(0, columns - 1));
            err.flush();
            drawn = System.nanoTime();
            open = true;
        }

        private void erase() {
            if (open) {
                err.print("\r" + " ".repeat(columns - 1) + "\r");
            }
        }

        @Override
        public void close() {
            erase();
            err.flush();
            open = false;
        }
    }

    /** A line a stage, and one for every patch that came through it. */
    private static final class Lines extends RepairProgress {
        private final PrintWriter err;
        private double done;
        private double secondsLeft = Double.NaN;

        Lines(PrintWriter err) {
            this.err = err;
        }

        @Override
        public void diagnosed(List<Verdict> verdicts) {
            verdicts.forEach(verdict -> say(VerdictLine.of(verdict)));
        }

        @Override
        public void began(Stage stage, List<Patch> patches) {
            say(StageText.of(stage) + " (" + percent(done) + " done" + left(secondsLeft) + ")");
        }

        @Override
        public void ended(Trial trial) {
            say(
                    String.format(
                            Locale.ROOT,
                            "  seed %d, %s: skill %s  %s",
                            trial.seed(),
                            Numbers.steps(trial.steps()),
                            Numbers.shortest(trial.skill()),
                            trial.patch().name()));
        }

        @Override
        public void progressed(double share, double seconds) {
            done = share;
            secondsLeft = seconds;
        }

        private void say(String line) {
            err.println(line);
            err.flush();
        }
    }
}
