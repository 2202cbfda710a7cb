package org.evengrad.testkit;

import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.StepContext;

/**
 * A training in miniature: gradient descent with the learning rate 1 on two parameters. Each batch
 * has a parabola of its own, so that losses fall and rise; a factor above 4/3 overshoots along the
 * steeper parameter. The losses on validation data are a fixed sequence that falls and rises.
 *
 * <p>A step is {@link #draw()}, a look at the loss and at trials, and {@link #take}. Like the
 * engine's, the object is its own context and is reused: nothing is allocated.
 *
 * @since 0.1.0
 */
public final class Descent implements StepContext, Schedule.Trials {
    private static final double STEEP = 1.5;
    private static final double FLAT = 0.1;
    private static final double[] VALIDATION = {
        1, 0.9, 0.8, 0.81, 0.82, 0.79, 0.79, 0.83, 0.84, 0.7, 0.69999, 0.71, 0.72, 0.73, 0.74, 0.6,
        0.65, 0.66, 0.67, 0.68
    };

    private final Horizon horizon;
    private double x = 2;
    private double y = -3;
    private double gradientX;
    private double gradientY;
    private double centerX;
    private double centerY;
    private double loss;
    private double gradientNorm;
    private double rate;
    private double tried;
    private long step;
    private long updates;

    /**
     * Stands before the first step.
     *
     * @param horizon how long training is planned to last
     */
    public Descent(Horizon horizon) {
        this.horizon = horizon;
    }

    /** Another training that stands where this one does. */
    public Descent copy() {
        Descent copy = new Descent(horizon);
        copy.x = x;
        copy.y = y;
        copy.rate = rate;
        copy.step = step;
        copy.updates = updates;
        return copy;
    }

    /**
     * Runs one step the way the engine does, and tells the schedule the validation loss at the end
     * of an epoch.
     *
     * @return the factor that was used
     */
    public double step(Schedule schedule) {
        draw();
        double factor = schedule.search(schedule.factor(this), this);
        take(factor);
        if (step % horizon.stepsPerEpoch() == 0) {
            schedule.evaluated(validationLoss(step / horizon.stepsPerEpoch() - 1), this);
        }
        return factor;
    }

    /** Runs steps as {@link #step(Schedule)} does, and gives the factors that were used. */
    public double[] run(Schedule schedule, int steps) {
        double[] factors = new double[steps];
        for (int i = 0; i < steps; i++) {
            factors[i] = step(schedule);
        }
        return factors;
    }

    /** Draws the batch of this step: its loss and its gradient where the parameters are. */
    public void draw() {
        centerX = 0.3 * Math.sin(7.0 * step);
        centerY = 0.3 * Math.cos(3.0 * step);
        gradientX = STEEP * (x - centerX);
        gradientY = FLAT * (y - centerY);
        loss = lossAt(0);
        gradientNorm = Math.hypot(gradientX, gradientY);
    }

    /** Makes the batch of this step one without a loss and without a gradient: both are NaN. */
    public void spoil() {
        loss = Double.NaN;
        gradientX = Double.NaN;
        gradientY = Double.NaN;
        gradientNorm = Double.NaN;
    }

    /**
     * Ends the step.
     *
     * @param factor how far to go against the gradient
     */
    public void take(double factor) {
        x -= factor * gradientX;
        y -= factor * gradientY;
        rate = factor;
        updates++;
        step++;
    }

    /** Ends the step and leaves the parameters where they are. */
    public void skip() {
        step++;
    }

    /**
     * The loss on validation data; 0.6 is the least.
     *
     * @param evaluation counts from 0
     */
    public static double validationLoss(long evaluation) {
        return VALIDATION[(int) (evaluation % VALIDATION.length)];
    }

    @Override
    public double lossBefore() {
        return loss;
    }

    @Override
    public double linearChange() {
        return -tried * gradientNorm * gradientNorm;
    }

    @Override
    public double lossAt(double factor) {
        tried = factor;
        double errorX = x - factor * gradientX - centerX;
        double errorY = y - factor * gradientY - centerY;
        return (STEEP * errorX * errorX + FLAT * errorY * errorY) / 2;
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
        return Math.toIntExact(step / horizon.stepsPerEpoch());
    }

    @Override
    public int batchSize() {
        return 1;
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
