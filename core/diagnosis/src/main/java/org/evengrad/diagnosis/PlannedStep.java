package org.evengrad.diagnosis;

import org.evengrad.spi.Horizon;
import org.evengrad.spi.StepContext;

/**
 * A step that is not run, as schedules and optimizers see it: of its batch and loss nothing is
 * known.
 *
 * @param step its number, from 0
 * @param horizon how long training is planned to last
 * @param rate the rate of the step before, or of this one
 * @param gradientNorm of the gradient
 */
record PlannedStep(long step, Horizon horizon, double rate, double gradientNorm)
        implements StepContext {
    @Override
    public long updates() {
        return step;
    }

    @Override
    public int epoch() {
        return (int) (step / horizon.stepsPerEpoch());
    }

    @Override
    public int batchSize() {
        return 1;
    }

    @Override
    public double loss() {
        return 1;
    }
}
