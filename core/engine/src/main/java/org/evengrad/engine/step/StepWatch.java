package org.evengrad.engine.step;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.spi.Grain;

/**
 * Measures steps that somebody else takes, as {@link TrainingStep} measures its own. Everything it
 * needs is allocated when it is made.
 *
 * <p>For one run and one thread.
 */
public final class StepWatch {
    private final FloatBuffer parameters;
    private final FloatBuffer gradient;
    private final Layout layout;
    private final Cut cut;
    private final Statistics statistics;
    private final float[] before;
    private final float[] chunk = new float[Cut.CHUNK];
    private final float[] now = new float[Cut.CHUNK];
    private final double[] sumOfSquaresBefore;
    private final double[] sumOfSquaresOfUpdate;

    /**
     * Prepares to watch.
     *
     * @param network whose memory the steps are taken in; nothing else of it is used
     */
    public StepWatch(Network network) {
        parameters = network.parameters();
        gradient = network.gradient();
        layout = new Layout(network);
        cut = new Cut(layout, Grain.ELEMENTS);
        statistics = new Statistics(layout.count());
        before = new float[layout.total()];
        sumOfSquaresBefore = new double[layout.count()];
        sumOfSquaresOfUpdate = new double[layout.count()];
    }

    /**
     * Measures a gradient before it is used, and remembers the parameters. Until {@link #updated}
     * the step counts as skipped.
     *
     * @param step which step it is, from 1
     * @param epoch which epoch it belongs to, from 1
     * @param rows how many examples the batch has
     * @param terms what the sum in the network's gradient is divided by, for the mean
     * @param loss the mean loss of the batch
     * @param record receives what was measured
     */
    public void gradient(
            long step, int epoch, int rows, double terms, double loss, StepRecord record) {
        record.start(step, epoch, rows);
        record.loss(loss);
        record.outcome(Outcome.SKIPPED);
        statistics.clear();
        for (int i = 0; i < cut.count(); i++) {
            gradient.get(flatStart(i), chunk, 0, cut.size(i));
            statistics.addToNorm(cut.tensor(i), chunk, cut.size(i), 1 / terms);
        }
        record.before(statistics);
        record.after(statistics);
        parameters.get(0, before, 0, before.length);
    }

    /**
     * Measures how far the parameters have moved since {@link #gradient}.
     *
     * @param record of the same step; receives the update ratios
     */
    public void updated(StepRecord record) {
        Arrays.fill(sumOfSquaresBefore, 0);
        Arrays.fill(sumOfSquaresOfUpdate, 0);
        for (int i = 0; i < cut.count(); i++) {
            int start = flatStart(i);
            int size = cut.size(i);
            parameters.get(start, now, 0, size);
            System.arraycopy(before, start, chunk, 0, size);
            sumOfSquaresBefore[cut.tensor(i)] += Sums.ofSquares(chunk, size);
            for (int k = 0; k < size; k++) {
                chunk[k] = now[k] - chunk[k];
            }
            sumOfSquaresOfUpdate[cut.tensor(i)] += Sums.ofSquares(chunk, size);
        }
        for (int t = 0; t < layout.count(); t++) {
            record.updateRatio(
                    t,
                    ModelPasses.updateRatio(
                            sumOfSquaresOfUpdate[t],
                            Math.sqrt(sumOfSquaresBefore[t]),
                            layout.size(t)));
        }
        record.outcome(Outcome.APPLIED);
    }

    private int flatStart(int piece) {
        return layout.offset(cut.tensor(piece)) + cut.start(piece);
    }
}
