package org.evengrad.diagnosis;

import java.util.Optional;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.DatasetBatches;
import org.evengrad.engine.plan.TrainingData;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.Evaluator;

/** The training examples of a plan that health is measured on: the same each time. */
final class ProbeBatch {
    private static final int FEW = 128;

    private final Network network;
    private final Batches batches;
    private final Batches forSignals;
    private final Evaluator evaluator;
    private final Evaluator few;
    private final double nullLoss;
    private final double zeroOutputsLoss;

    /** The examples that a plan sets aside for it. */
    ProbeBatch(TrainingPlan plan) {
        this(plan, plan.data().probe(), ProbeRows.most(plan.network()));
    }

    /**
     * Other examples.
     *
     * @param batches one batch
     */
    ProbeBatch(TrainingPlan plan, Batches batches) {
        this(plan, batches, ProbeRows.most(plan.network()));
    }

    /**
     * Some of them.
     *
     * @param batches one batch
     * @param rows how many of them are measured on
     */
    ProbeBatch(TrainingPlan plan, Batches batches, ProbeRows rows) {
        network = plan.network();
        this.batches = batches;
        TrainingData data = plan.data();
        Batches forLoss = spread(rows.loss()).orElse(batches);
        evaluator = new Evaluator(network, plan.loss(), data.task(), forLoss);
        few =
                spread(Math.min(FEW, rows.loss()))
                        .map(some -> new Evaluator(network, plan.loss(), data.task(), some))
                        .orElse(evaluator);
        forSignals = spread(rows.signals()).orElse(batches);
        if (network.scoresItself()) {
            // What a constant would score is not known.
            nullLoss = loss();
            zeroOutputsLoss = nullLoss;
        } else {
            NullLoss all = new NullLoss(batch(), data.task(), plan.loss(), network.outputs());
            NullLoss measured =
                    new NullLoss(forLoss.get(0, 0), data.task(), plan.loss(), network.outputs());
            // The base rates of few rows say more of those rows than of what is to be learned.
            nullLoss = measured.ofConstantsOf(all);
            zeroOutputsLoss = Math.max(nullLoss, measured.ofZeroOutputs());
        }
    }

    /** The batch itself, until another one of the same size is asked for. */
    Batch batch() {
        return batches.get(0, 0);
    }

    /** The loss with the parameters that the network has now, in evaluation mode. */
    double loss() {
        return evaluator.loss();
    }

    /** The loss of some of the examples, for whoever asks in every step. */
    double lossOfFew() {
        return few.loss();
    }

    /** Some of the examples, spread evenly; empty if there are no more than so many. */
    private Optional<Batches> spread(int count) {
        return batches.rows(0, 0)
                .filter(part -> part.size() > count)
                .map(
                        part -> {
                            int[] rows = new int[count];
                            for (int i = 0; i < count; i++) {
                                rows[i] = part.rows()[(int) ((long) i * part.size() / count)];
                            }
                            return DatasetBatches.inOrder(
                                    network, new DataPart(part.dataset(), rows), count);
                        });
    }

    /** The loss of another batch with the parameters that the network has now. */
    double lossOf(Batch batch) {
        return network.loss(batch);
    }

    /** How many examples it has. */
    int rows() {
        return batches.examples();
    }

    /** Of the best constant prediction. */
    double nullLoss() {
        return nullLoss;
    }

    /** Of outputs that are all zero: about what a healthy network begins with. */
    double zeroOutputsLoss() {
        return zeroOutputsLoss;
    }

    /** Sends a random direction back through the network that is there now. */
    SignalPath signals(long seed) {
        return new SignalPath(network.signals(forSignals.get(0, 0), seed));
    }
}
