package org.evengrad.engine.step;

import java.util.Objects;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Step;
import org.evengrad.spi.StepContext;

/** The step that an optimizer sees, from a first slot and scalar on. */
final class OptimizerStep implements Step {
    private final ModelPasses model;
    private final StepTrials trials;
    private final int firstSlot;
    private final int firstScalar;
    private OptimizerStep inner;
    private double[] sums = new double[0];
    private boolean refused;
    private Optimizer applied;
    private final Kernel update = (piece, where) -> applied.update(piece, where);

    OptimizerStep(ModelPasses model, StepTrials trials, int firstSlot, int firstScalar) {
        this.model = model;
        this.trials = trials;
        this.firstSlot = firstSlot;
        this.firstScalar = firstScalar;
    }

    /** Runs an optimizer; false if a guard refused a gradient that it asked for. */
    boolean run(Optimizer optimizer) {
        forgetRefusals();
        model.beginUpdate();
        optimizer.step(this);
        return !refused();
    }

    private void forgetRefusals() {
        refused = false;
        if (inner != null) {
            inner.forgetRefusals();
        }
    }

    private boolean refused() {
        return refused || inner != null && inner.refused();
    }

    @Override
    public StepContext at() {
        return model.at;
    }

    @Override
    public double scalar(int index) {
        return model.memory.scalars[scalarAt(index)];
    }

    @Override
    public void scalar(int index, double value) {
        model.memory.scalars[scalarAt(index)] = value;
    }

    private int scalarAt(int index) {
        return firstScalar + Objects.checkIndex(index, model.memory.scalars.length - firstScalar);
    }

    @Override
    public boolean gradient() {
        trials.beforeGradient();
        model.computeGradient();
        boolean passed = model.inspect(null) == Outcome.APPLIED;
        refused |= !passed;
        return passed;
    }

    @Override
    public void sampledGradient() {
        trials.beforeGradient();
        model.computeSampledGradient();
    }

    @Override
    public double loss() {
        return model.loss();
    }

    @Override
    public void apply(Optimizer other) {
        applied = other;
        model.each(other.grain(), update, firstSlot);
    }

    @Override
    public void each(Grain grain, Kernel kernel) {
        model.each(grain, kernel, firstSlot);
    }

    @Override
    public double[] sums(Grain grain, int count, Summand summand) {
        if (sums.length != count) {
            sums = new double[count];
        }
        model.sums(grain, summand, sums, firstSlot);
        return sums;
    }

    @Override
    public Step inner(int slotsToSkip, int scalarsToSkip) {
        int slot = firstSlot + slotsToSkip;
        int scalar = firstScalar + scalarsToSkip;
        if (inner == null || inner.firstSlot != slot || inner.firstScalar != scalar) {
            inner = new OptimizerStep(model, trials, slot, scalar);
        }
        return inner;
    }
}
