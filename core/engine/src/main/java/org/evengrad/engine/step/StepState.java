package org.evengrad.engine.step;

import org.evengrad.spi.Horizon;
import org.evengrad.spi.StepContext;

/** Where training stands; the one object behind every {@link StepContext}. */
final class StepState implements StepContext {
    private final Horizon horizon;
    long step;
    long updates;
    int epoch;
    int batchSize;
    double rate;
    double loss;
    double gradientNorm;

    StepState(Horizon horizon) {
        this.horizon = horizon;
    }

    @Override
    public long step() {
        return step;
    }

    @Override
    public long updates() {
        return updates;
    }

    @Override
    public int epoch() {
        return epoch;
    }

    @Override
    public int batchSize() {
        return batchSize;
    }

    @Override
    public double rate() {
        return rate;
    }

    @Override
    public double loss() {
        return loss;
    }

    @Override
    public double gradientNorm() {
        return gradientNorm;
    }

    @Override
    public Horizon horizon() {
        return horizon;
    }
}
