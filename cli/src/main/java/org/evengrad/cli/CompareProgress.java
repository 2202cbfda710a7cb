package org.evengrad.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.evengrad.comparison.Cell;
import org.evengrad.comparison.CompareListener;
import org.evengrad.comparison.ComparedRun;

/** Shows how a comparison goes: a line for each run, with the time that is left. */
final class CompareProgress implements CompareListener {
    private final PrintWriter err;
    private int runs;
    private int known;
    private int ended;
    private long began;

    CompareProgress(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void started(int all, int before) {
        runs = all;
        known = before;
        ended = before;
        began = System.nanoTime();
        err.printf(
                Locale.ROOT,
                "%d runs%s%n",
                all,
                before == 0 ? "" : ", " + before + " of which have ended before");
        err.flush();
    }

    @Override
    public void ended(Cell cell, ComparedRun run) {
        ended++;
        double seconds = (System.nanoTime() - began) / 1e9;
        double left = seconds / (ended - known) * (runs - ended);
        err.printf(
                Locale.ROOT,
                "%d of %d: %s, seed %d: %s, validation loss %s%s%s%n",
                ended,
                runs,
                cell.name(),
                run.seed(),
                run.status(),
                Numbers.shortest(run.validation("loss")),
                run.validation().containsKey("accuracy")
                        ? ", accuracy " + Numbers.percent(run.validation("accuracy"))
                        : "",
                ended == runs ? "" : "; about " + Numbers.duration(left) + " left");
        err.flush();
    }
}
