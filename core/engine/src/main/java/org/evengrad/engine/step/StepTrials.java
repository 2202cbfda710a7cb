package org.evengrad.engine.step;

import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Schedule;

/** Steps that a schedule tries: taken, judged, undone. */
final class StepTrials implements Schedule.Trials {
    private final ModelPasses model;
    private final Optimizer optimizer;
    private final OptimizerStep step;
    private float[] saved = new float[0];
    private OptimizerMemory savedMemory;
    private double linearChange;
    private double rateScale = 1;
    private boolean running;
    private Overwritten overwritten;

    StepTrials(ModelPasses model, Optimizer optimizer) {
        this.model = model;
        this.optimizer = optimizer;
        step = new OptimizerStep(model, this, 0, 0);
    }

    /** What roll-backs made of the learning rate. */
    void rateScale(double scale) {
        rateScale = scale;
    }

    /** Called before an optimizer computes a gradient of its own. */
    void beforeGradient() {
        if (running && overwritten == null) {
            overwritten = new Overwritten();
        }
    }

    @Override
    public double lossBefore() {
        return model.at.loss;
    }

    @Override
    public double lossAt(double factor) {
        if (saved.length == 0) {
            saved = new float[model.layout.total()];
            savedMemory = model.memory.copy();
        }
        model.parameters.get(0, saved, 0, saved.length);
        savedMemory.copyFrom(model.memory);
        double rate = model.at.rate;
        model.at.rate = optimizer.learningRate() * factor * rateScale;
        running = true;
        step.run(optimizer);
        running = false;
        double loss = model.loss();
        if (overwritten != null) {
            overwritten.putBack();
            overwritten = null;
        }
        linearChange = model.linearChange(saved);
        model.parameters.put(0, saved, 0, saved.length);
        model.memory.copyFrom(savedMemory);
        model.at.rate = rate;
        model.measureParameters();
        return loss;
    }

    @Override
    public double linearChange() {
        return linearChange;
    }

    /** What a gradient within a trial overwrites. Only such optimizers pay for the copies. */
    private final class Overwritten {
        private final float[] gradientBefore = new float[model.layout.total()];
        private final Statistics statisticsBefore = model.newStatistics();
        private final float[] factors = model.guards.saveFactors();
        private final double[][] guardMemory = model.guards.save();
        private final float[][][] guardSlots = model.guards.saveSlots();
        private final double loss = model.at.loss;
        private final double gradientNorm = model.at.gradientNorm;

        Overwritten() {
            model.gradient.get(0, gradientBefore, 0, gradientBefore.length);
            statisticsBefore.copyFrom(model.statistics);
        }

        void putBack() {
            model.gradient.put(0, gradientBefore, 0, gradientBefore.length);
            model.statistics.copyFrom(statisticsBefore);
            model.guards.restoreFactors(factors);
            model.guards.restore(guardMemory, guardSlots);
            model.at.loss = loss;
            model.at.gradientNorm = gradientNorm;
        }
    }
}
