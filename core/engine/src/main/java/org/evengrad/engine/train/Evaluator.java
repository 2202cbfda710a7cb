package org.evengrad.engine.train;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.data.TargetScale;
import org.evengrad.engine.metrics.Scoring;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.Batches;

/**
 * Scores a network on a part of the data: the loss as it is trained on, metrics on the original
 * scale of the targets. For one thread.
 */
public final class Evaluator {
    private final Network network;
    private final Loss loss;
    private final Task task;
    private final TargetScale targetScale;
    private final Batches batches;
    private float[] predictions = {};
    private float[] targets = {};
    private float[] mask = {};

    /**
     * Prepares to score on a part whose targets are as they were.
     *
     * @param network gives the predictions
     * @param loss what the network is trained to minimize
     * @param task what the targets are
     * @param batches the examples
     */
    public Evaluator(Network network, Loss loss, Task task, Batches batches) {
        this(network, loss, task, TargetScale.none(), batches);
    }

    /**
     * Prepares to score on a part.
     *
     * @param network gives the predictions
     * @param loss what the network is trained to minimize
     * @param task what the targets are
     * @param targetScale what was done to the targets
     * @param batches the examples
     */
    public Evaluator(
            Network network, Loss loss, Task task, TargetScale targetScale, Batches batches) {
        this.network = network;
        this.loss = loss;
        this.task = task;
        this.targetScale = targetScale;
        this.batches = batches;
    }

    /** Runs every example through the network once. */
    public Scores scores() {
        if (!network.hasMetrics()) {
            return new Scores(ownLoss(), Map.of(), List.of(), Optional.empty(), batches.examples());
        }
        Scoring scoring = new Scoring(task, loss, network.outputs());
        run(
                (answers, right, rows, steps, counts) -> {
                    scoring.addLoss(answers, right, rows, steps, counts);
                    if (!targetScale.isNone()) {
                        targetScale.restore(answers, rows, steps);
                        targetScale.restore(right, rows, steps);
                    }
                    scoring.addMetrics(answers, right, rows, steps, counts);
                });
        return new Scores(
                network.scoresItself() ? ownLoss() : scoring.loss(),
                scoring.metrics(),
                network.scoresItself() ? List.of() : scoring.lossPerStep(),
                scoring.confusion(),
                batches.examples());
    }

    /** The mean loss alone, which takes less than all scores. */
    public double loss() {
        if (network.scoresItself()) {
            return ownLoss();
        }
        Scoring scoring = new Scoring(task, loss, network.outputs());
        run(scoring::addLoss);
        return scoring.loss();
    }

    private double ownLoss() {
        double sum = 0;
        double terms = 0;
        for (int index = 0; index < batches.perEpoch(); index++) {
            Batch batch = batches.get(0, index);
            sum += network.evaluationLoss(batch) * batch.terms();
            terms += batch.terms();
        }
        return sum / terms;
    }

    private void run(Scored scored) {
        for (int index = 0; index < batches.perEpoch(); index++) {
            Batch batch = batches.get(0, index);
            int size = batch.rows() * network.outputs() * batch.steps();
            if (predictions.length < size) {
                predictions = new float[size];
                targets = new float[size];
            }
            network.predict(batch, predictions);
            batch.targets().get(0, targets, 0, size);
            scored.add(predictions, targets, batch.rows(), batch.steps(), mask(batch));
        }
    }

    /** Which time steps count; null if all do, or if an example is answered as a whole. */
    private float[] mask(Batch batch) {
        Optional<FloatBuffer> counts = batch.mask();
        if (batch.steps() == 1 || counts.isEmpty()) {
            return null;
        }
        int size = batch.rows() * batch.steps();
        if (mask.length < size) {
            mask = new float[size];
        }
        counts.get().get(0, mask, 0, size);
        return mask;
    }

    @FunctionalInterface
    private interface Scored {
        void add(float[] predictions, float[] targets, int rows, int steps, float[] mask);
    }
}
