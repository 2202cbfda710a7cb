package org.evengrad.engine.step;

import java.util.List;
import org.evengrad.engine.network.Network;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.StepContext;

/** Short ways to make steps. */
final class StepFixture {
    static final Horizon HORIZON = new Horizon(1000, 10);
    static final Schedule CONSTANT = at -> 1;
    static final int ROWS = 4;

    private StepFixture() {}

    /** A step with a constant rate and no penalties. */
    static TrainingStep step(Network network, Optimizer optimizer, GradientGuard... guards) {
        return scheduled(network, optimizer, CONSTANT, guards);
    }

    /** A step without penalties. */
    static TrainingStep scheduled(
            Network network, Optimizer optimizer, Schedule schedule, GradientGuard... guards) {
        return new TrainingStep(
                network,
                optimizer,
                schedule,
                List.of(guards),
                Penalties.none(network.tensors().size()),
                HORIZON,
                7);
    }

    /** Room for what a step does. */
    static StepRecord record(Network network, int guards) {
        return new StepRecord(network.tensors().size(), guards);
    }

    /** Runs steps on a batch of {@link #ROWS}. */
    static StepRecord run(TrainingStep step, Network network, int guards, int steps) {
        StepRecord record = record(network, guards);
        for (int i = 0; i < steps; i++) {
            step.run(network.batch(ROWS), 0, record);
        }
        return record;
    }

    /** A guard strategy around a guard. */
    static GradientGuard guard(Guard guard) {
        return layout -> guard;
    }

    /** Moves against the gradient by the rate, like SGD, in an object that a test can extend. */
    static class Descent implements Optimizer {
        @Override
        public double learningRate() {
            return 0.5;
        }

        @Override
        public void update(Chunk chunk, StepContext at) {
            for (int i = 0; i < chunk.size(); i++) {
                chunk.parameters()[i] -= (float) at.rate() * chunk.gradient()[i];
            }
        }
    }
}
