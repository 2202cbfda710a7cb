package org.evengrad.engine.dl4j;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.evengrad.engine.executor.PassObserver;
import org.evengrad.engine.executor.SquareSum;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Computes with DL4J's own layers: the reference, and what any layer can do. */
final class Dl4jExecution implements Execution {
    private final Dl4jModel model;
    private final ArrayLayout layout;
    private final ModelTraits traits;
    private final ModelTensors tensors;
    private final SquareSum squares;
    private long seed;
    private int segmentBefore = -1;
    private List<Map<String, INDArray>> stateBefore = List.of();

    Dl4jExecution(
            Dl4jModel model,
            ArrayLayout layout,
            ModelTraits traits,
            ModelTensors tensors,
            INDArray gradients) {
        this.model = model;
        this.layout = layout;
        this.traits = traits;
        this.tensors = tensors;
        FloatBuffer floats = NativeFloats.of(gradients);
        squares = new SquareSum((FloatPointer) gradients.data().addressPointer(), floats);
    }

    @Override
    public double gradient(ArrayBatch batch) {
        enter(batch.segment());
        if (traits.stopsGradients()) {
            model.gradients().assign(0);
        }
        return mean(model.gradient(layout.toModel(batch.arrays())), batch);
    }

    @Override
    public double trace(ArrayBatch batch, PassObserver observer) {
        drawFrom(seed);
        ShownActivations shown = new ShownActivations(model.graph(), observer);
        Collection<TrainingListener> listeners = List.copyOf(model.listeners());
        model.model().setListeners(shown);
        double loss;
        try {
            loss = gradient(batch);
        } finally {
            model.model().setListeners(listeners);
        }
        shown.showPredictions(batch.rows());
        return loss;
    }

    /** Every pass over a segment begins where the segment before ended. */
    private void enter(int segment) {
        if (segment == 0) {
            model.clearState();
        } else if (segment > 0 && segment == segmentBefore) {
            model.goBackTo(stateBefore);
        } else if (segment > 0) {
            stateBefore = model.state();
        }
        segmentBefore = segment;
    }

    /** DL4J divides by the number of examples, and adds the penalties that the model names. */
    private double mean(double score, ArrayBatch batch) {
        return (score - traits.penalties()) * batch.rows() / batch.terms();
    }

    @Override
    public double trainingLoss(ArrayBatch batch) {
        return batch.segment() < 0
                ? mean(model.loss(layout.toModel(batch.arrays()), true), batch)
                : lossOfSegment(batch);
    }

    /** DL4J scores from the state of a segment only together with its gradient. */
    private double lossOfSegment(ArrayBatch batch) {
        INDArray kept = model.gradients().dup();
        List<Map<String, INDArray>> ended = model.state();
        double loss = gradient(batch);
        model.gradients().assign(kept);
        model.goBackTo(ended);
        return loss;
    }

    @Override
    public double evaluationLoss(ArrayBatch batch) {
        return mean(model.loss(layout.toModel(batch.arrays()), false), batch);
    }

    @Override
    public void predict(ArrayBatch batch, float[] predictions) {
        INDArray result = layout.fromModel(model.output(layout.toModel(batch.arrays()))[0]);
        INDArray rows = result.ordering() == 'c' && !result.isView() ? result : result.dup('c');
        NativeFloats.of(rows).get(0, predictions, 0, (int) rows.length());
        // The buffer does not keep the array's memory alive.
        Reference.reachabilityFence(rows);
    }

    @Override
    public void gradientSquares(double[] sumOfSquares) {
        for (int t = 0; t < sumOfSquares.length; t++) {
            sumOfSquares[t] = squares.of(tensors.offset(t), tensors.tensors().get(t).size());
        }
    }

    @Override
    public void drawFrom(long newSeed) {
        seed = newSeed;
        if (traits.draws()) {
            Nd4j.getRandom().setSeed(seed);
        }
    }

    @Override
    public void close() {
        Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
}
