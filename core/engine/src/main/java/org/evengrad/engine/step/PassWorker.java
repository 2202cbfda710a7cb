package org.evengrad.engine.step;

import java.util.Arrays;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.StepContext;

/** What one worker needs of its own for passes over the model. */
final class PassWorker {
    final ModelChunk chunk;
    final UpdateSquares squares = new UpdateSquares();
    final TensorContext context;
    private double[] sums = new double[0];

    PassWorker(Layout layout, StepState at, long seed) {
        chunk = new ModelChunk(layout, seed);
        context = new TensorContext(at);
    }

    /** So many sums, at zero. */
    double[] sums(int count) {
        if (sums.length != count) {
            sums = new double[count];
        }
        Arrays.fill(sums, 0);
        return sums;
    }

    /** Where training stands, with the learning rate of one tensor. */
    static final class TensorContext implements StepContext {
        private final StepState at;
        double rate;

        TensorContext(StepState at) {
            this.at = at;
        }

        @Override
        public long step() {
            return at.step;
        }

        @Override
        public long updates() {
            return at.updates;
        }

        @Override
        public int epoch() {
            return at.epoch;
        }

        @Override
        public int batchSize() {
            return at.batchSize;
        }

        @Override
        public double rate() {
            return rate;
        }

        @Override
        public double loss() {
            return at.loss;
        }

        @Override
        public double gradientNorm() {
            return at.gradientNorm;
        }

        @Override
        public Horizon horizon() {
            return at.horizon();
        }
    }
}
