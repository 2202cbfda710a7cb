package org.evengrad.engine.dl4j;

import org.evengrad.engine.executor.Executor;
import org.evengrad.engine.executor.PassObserver;
import org.evengrad.engine.executor.Program;
import org.evengrad.engine.network.PhaseTimes;
import org.evengrad.engine.network.PhaseTimes.Phase;
import org.evengrad.engine.parallel.Workers;

/** Computes with layers of ours. */
final class FastExecution implements Execution {
    private final Executor executor;
    private final int[] offsets;
    private final double[] squares;
    private long seed;

    FastExecution(Program program, ModelTensors tensors, Workers workers) {
        this(new Executor(program, workers), tensors);
    }

    FastExecution(Executor executor, ModelTensors tensors) {
        this.executor = executor;
        offsets = new int[tensors.tensors().size()];
        for (int t = 0; t < offsets.length; t++) {
            offsets[t] = tensors.offset(t);
        }
        squares = new double[offsets.length];
    }

    @Override
    public double gradient(ArrayBatch batch) {
        double loss = executor.gradient(batch.examples(), seed, batch.segment()) / batch.terms();
        executor.squares(offsets, squares);
        return loss;
    }

    @Override
    public double trace(ArrayBatch batch, PassObserver observer) {
        return executor.trace(batch.examples(), seed, batch.segment(), observer) / batch.terms();
    }

    @Override
    public double trainingLoss(ArrayBatch batch) {
        return executor.trainingLoss(batch.examples(), seed, batch.segment()) / batch.terms();
    }

    @Override
    public double evaluationLoss(ArrayBatch batch) {
        return executor.evaluationLoss(batch.examples()) / batch.terms();
    }

    @Override
    public void predict(ArrayBatch batch, float[] predictions) {
        executor.predict(batch.examples(), predictions);
    }

    @Override
    public void gradientSquares(double[] sumOfSquares) {
        System.arraycopy(squares, 0, sumOfSquares, 0, squares.length);
    }

    @Override
    public void addPhases(PhaseTimes times) {
        times.add(Phase.FORWARD, executor.forwardNanos());
        times.add(Phase.BACKWARD, executor.backwardNanos());
        times.add(Phase.WEIGHT_GRADIENT, executor.weightGradientNanos());
        times.add(Phase.GUARDS, executor.squaresNanos());
    }

    @Override
    public void drawFrom(long newSeed) {
        seed = newSeed;
    }

    @Override
    public void close() {
        // Native memory goes with the program.
    }
}
