package org.evengrad.engine.executor.layers;

/** The loss of a single number that is predicted. */
public interface NumberLoss {
    /** How far a prediction is from its target. */
    double of(float prediction, float target);

    /** The derivative by the prediction. */
    float slope(float prediction, float target);

    /** The square of the difference. */
    record Squared() implements NumberLoss {
        @Override
        public double of(float prediction, float target) {
            double difference = prediction - target;
            return difference * difference;
        }

        @Override
        public float slope(float prediction, float target) {
            return 2 * (prediction - target);
        }
    }

    /** The size of the difference. */
    record Absolute() implements NumberLoss {
        @Override
        public double of(float prediction, float target) {
            return Math.abs(prediction - target);
        }

        @Override
        public float slope(float prediction, float target) {
            return Math.signum(prediction - target);
        }
    }

    /**
     * Huber 1964, doi 10.1214/aoms/1177703732.
     *
     * @param delta where the parabola goes over into a line
     */
    record Huber(float delta) implements NumberLoss {
        @Override
        public double of(float prediction, float target) {
            double clipped = slope(prediction, target);
            return (prediction - target - clipped / 2) * clipped;
        }

        @Override
        public float slope(float prediction, float target) {
            float difference = prediction - target;
            return difference > delta ? delta : difference < -delta ? -delta : difference;
        }
    }

    /**
     * The cross-entropy of a probability and its complement.
     *
     * @param smallest how near to 0 or 1 a probability is taken to be at most
     */
    record Binary(float smallest) implements NumberLoss {
        @Override
        public double of(float prediction, float target) {
            double p = clipped(prediction);
            return -target * Math.log(p) - (1 - target) * Math.log(1 - p);
        }

        @Override
        public float slope(float prediction, float target) {
            float p = clipped(prediction);
            return (p - target) / (p * (1 - p));
        }

        private float clipped(float p) {
            return p < smallest ? smallest : p > 1 - smallest ? 1 - smallest : p;
        }
    }

    /** The cross-entropy of a probability that something else than softmax gives. */
    record LogLikelihood() implements NumberLoss {
        @Override
        public double of(float prediction, float target) {
            return target == 0 ? 0 : -target * Math.log(prediction);
        }

        @Override
        public float slope(float prediction, float target) {
            return target == 0 ? 0 : -target / prediction;
        }
    }
}
