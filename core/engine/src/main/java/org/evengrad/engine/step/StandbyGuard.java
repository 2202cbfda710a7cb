package org.evengrad.engine.step;

import java.util.Arrays;
import java.util.List;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.GradientStatistics;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Ruling;
import org.evengrad.spi.Snapshots;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Tensor;

/**
 * A guard that lets everything pass until it is woken, and guards from then on. It is part of the
 * chain from the first step, so that a run that woke it goes on from a checkpoint as it was.
 *
 * @param guard to be woken
 */
public record StandbyGuard(GradientGuard guard) implements GradientGuard {
    @Override
    public Guard start(List<Tensor> layout) {
        return new Waiting(guard.start(layout));
    }

    @Override
    public int slots() {
        return guard.slots();
    }

    @Override
    public Grain grain() {
        return guard.grain();
    }

    @Override
    public Snapshots snapshots() {
        return guard.snapshots();
    }

    /** Such a guard in one run. */
    static final class Waiting implements Guard {
        private final Guard guard;
        private boolean awake;

        Waiting(Guard guard) {
            this.guard = guard;
        }

        /** Begins to guard; false if it did already. */
        boolean wake() {
            boolean slept = !awake;
            awake = true;
            return slept;
        }

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            if (awake) {
                guard.inspect(gradient, at, ruling);
            }
        }

        @Override
        public void transform(Chunk chunk, StepContext at) {
            guard.transform(chunk, at);
        }

        @Override
        public double[] save() {
            double[] inner = guard.save();
            double[] saved = new double[inner.length + 1];
            saved[0] = awake ? 1 : 0;
            System.arraycopy(inner, 0, saved, 1, inner.length);
            return saved;
        }

        @Override
        public void restore(double[] saved) {
            awake = saved[0] != 0;
            guard.restore(Arrays.copyOfRange(saved, 1, saved.length));
        }
    }
}
