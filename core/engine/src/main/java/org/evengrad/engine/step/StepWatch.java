package org.evengrad.engine.step;

import java.nio.FloatBuffer;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Horizon;

/**
 * Measures steps that somebody else takes, as {@link TrainingStep} measures its own. Everything it
 * needs is allocated when it is made.
 *
 * <p>For one run and one thread.
 */
public final class StepWatch {
    private final Network network;
    private final FloatBuffer parameters;
    private final Layout layout;
    private final Cut cut;
    private final Statistics statistics;
    private final Passes passes;
    private final Passes.Visit measuring = this::measure;
    private final float[] before;
    private final double[] beforeParts;
    private final double[] updateParts;

    /**
     * Prepares to watch.
     *
     * @param network whose memory the steps are taken in; it tells the squares of the gradient and
     *     lends its threads, and nothing else of it is used
     */
    public StepWatch(Network network) {
        this.network = network;
        parameters = network.parameters();
        layout = new Layout(network);
        cut = new Cut(layout, Grain.ELEMENTS);
        statistics = new Statistics(layout, network.gradient(), tensor -> Double.NaN);
        passes = new Passes(layout, network.workers(), new StepState(new Horizon(1, 1)), 0);
        passes.reserve(cut, 0);
        before = new float[layout.total()];
        beforeParts = new double[cut.count()];
        updateParts = new double[cut.count()];
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
        statistics.measure(network, 1 / terms);
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
        passes.run(cut, measuring);
        int piece = 0;
        for (int t = 0; t < layout.count(); t++) {
            double sumOfSquaresBefore = 0;
            double sumOfSquaresOfUpdate = 0;
            for (; piece < cut.count() && cut.tensor(piece) == t; piece++) {
                sumOfSquaresBefore += beforeParts[piece];
                sumOfSquaresOfUpdate += updateParts[piece];
            }
            record.updateRatio(
                    t,
                    ParameterSizes.updateRatio(
                            Math.sqrt(sumOfSquaresOfUpdate),
                            Math.sqrt(sumOfSquaresBefore),
                            layout.size(t)));
        }
        record.outcome(Outcome.APPLIED);
    }

    /** Goes from the parameters as they are to those before; the distance is the same. */
    private void measure(PassWorker worker, Cut cut, int block) {
        ModelChunk chunk = worker.chunk;
        UpdateSquares squares = worker.squares;
        for (int i = cut.firstOf(block); i < cut.endOf(block); i++) {
            if (cut.beginsTensor(i, block)) {
                squares.begin(true);
            }
            chunk.at(cut, i, 0);
            chunk.takeParameters(before);
            squares.add(chunk.parameters(), chunk.size(), parameters, chunk.flatStart());
            updateParts[i] = 0;
            beforeParts[i] = 0;
            if (cut.endsTensor(i, block)) {
                squares.end();
                updateParts[i] = squares.update();
                beforeParts[i] = squares.parameters();
            }
        }
    }
}
