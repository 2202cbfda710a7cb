package org.evengrad.initializers.gradinit;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Distribution;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Probe;
import org.evengrad.spi.Role;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Begins with He's weights, then learns one factor for each weight tensor from data: such that the
 * loss after one step of gradient descent is smallest, while the norm of the gradient stays below a
 * bound. Zhu et al., 2021, algorithm 1.
 *
 * <p>Each iteration takes three batches a, b and c, and the gradient g on a and b. If its norm is
 * above the bound, the factors go down the slope of the norm; otherwise down the slope of the loss
 * on a and c after the step {@code w - stepSize * g / norm(g)}, divided by the step size. Both go
 * with Adam, each with averages of its own, and with slopes cut off at 1.
 *
 * <p>So it is in the authors' code, the held step included: how g itself moves with the factors
 * counts for the norm, not for the loss. What differs: the slope of the norm, for which the code
 * differentiates twice, is the difference of two gradients a little way apart along g. Only the
 * weights that this initializer filled have factors, make the step and count in the norm; biases,
 * which begin at 0, have none in the code either. The code's variant for Adam, with the sign of g
 * for the step and the sum of magnitudes for the norm, is left out. The bound and the normalized
 * step are those of the code's scripts for CIFAR-10; the iterations are fewer, at the higher rate
 * that its scripts use for networks without normalization. Biases become 0.
 *
 * @param iterations how often the factors change; each takes four passes forward and backward
 * @param learningRate of Adam for the factors
 * @param stepSize the length of the step whose loss is made small
 * @param largestGradientNorm the bound of the gradient's norm
 * @param smallestFactor what no factor goes below
 * @param distribution what the weights are drawn from
 * @since 0.1.0
 */
@Strategy(
        name = "grad-init",
        summary = "Learns the scale of every layer so that the first step helps most",
        formula =
                "w ~ distribution(mean 0, variance 2 / fan-in), then times m >= smallest-factor,"
                        + " learned: minimize L(m w - step-size * g / norm(g)) while"
                        + " norm(g) <= largest-gradient-norm; biases 0",
        useWhen = "for architectures that no formula was made for, without normalization",
        avoidWhen = "for networks so large that a few hundred extra passes matter",
        reference = "https://arxiv.org/abs/2102.08098",
        since = "0.1.0")
@AutoService(Initializer.class)
public record GradInit(
        @Option(help = "How often the factors change", range = "[0, inf)") int iterations,
        @Option(help = "Learning rate of the factors", range = "(0, inf)") double learningRate,
        @Option(help = "Length of the step whose loss is made small", range = "(0, inf)")
                double stepSize,
        @Option(help = "Bound of the gradient's norm", range = "(0, inf)")
                double largestGradientNorm,
        @Option(help = "Smallest factor of a tensor", range = "[0, 1]") double smallestFactor,
        @Option(help = "What the weights are drawn from") Distribution distribution)
        implements Initializer {
    /** A hundred iterations at a rate of 0.01, and the authors' other values. */
    public GradInit() {
        this(100, 0.01, 0.1, 1, 0.01, Distribution.NORMAL);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        if (tensor.role() == Role.BIAS) {
            Arrays.fill(values, 0, tensor.size(), 0);
            return;
        }
        distribution.fill(values, tensor.size(), Math.sqrt(2.0 / tensor.fanIn()), random);
    }

    @Override
    public void refine(Probe probe) {
        List<Tensor> weights =
                probe.tensors().stream().filter(tensor -> tensor.role() != Role.BIAS).toList();
        if (weights.isEmpty()) {
            return;
        }
        Search search = new Search(probe, weights);
        for (int i = 0; i < iterations; i++) {
            search.iterate(3 * i);
        }
        search.write(0, search.first);
    }

    /** The factors while they are learned. */
    private final class Search {
        /** How far apart gradients are taken to see their slope, relative to the weights. */
        private static final double DISTANCE = 1e-3;

        private final Probe probe;
        private final List<Tensor> weights;
        private final float[][] first;
        private final double[] factors;
        private final Averages ofNorm;
        private final Averages ofLoss;

        Search(Probe probe, List<Tensor> weights) {
            this.probe = probe;
            this.weights = weights;
            first = new float[weights.size()][];
            for (int i = 0; i < first.length; i++) {
                first[i] = probe.parameters(weights.get(i));
            }
            factors = new double[first.length];
            Arrays.fill(factors, 1);
            ofNorm = new Averages(first.length);
            ofLoss = new Averages(first.length);
        }

        void iterate(int batch) {
            write(0, first);
            float[][] gradient = gradient(batch, batch + 1);
            double norm = Math.sqrt(product(gradient, gradient));
            if (!(norm > 0 && norm < Double.POSITIVE_INFINITY)) {
                return;
            }
            double[] slopes = new double[factors.length];
            if (norm > largestGradientNorm) {
                double distance = DISTANCE * lengthOfWeights();
                write(distance / norm, gradient);
                float[][] moved = gradient(batch, batch + 1);
                for (int i = 0; i < slopes.length; i++) {
                    double change = product(first[i], moved[i]) - product(first[i], gradient[i]);
                    slopes[i] = change / distance;
                }
                ofNorm.move(slopes);
            } else {
                write(-stepSize / norm, gradient);
                float[][] moved = gradient(batch, batch + 2);
                for (int i = 0; i < slopes.length; i++) {
                    slopes[i] = product(first[i], moved[i]) / stepSize;
                }
                ofLoss.move(slopes);
            }
        }

        /** Writes the weights with their factors, and some of a direction added. */
        void write(double amount, float[][] direction) {
            for (int i = 0; i < first.length; i++) {
                float[] values = first[i].clone();
                for (int k = 0; k < values.length; k++) {
                    values[k] = (float) (factors[i] * values[k] + amount * direction[i][k]);
                }
                probe.write(weights.get(i), values);
            }
        }

        /** The mean gradient of two batches. */
        private float[][] gradient(int one, int other) {
            float[][] mean = new float[first.length][];
            probe.gradient(one % probe.batches());
            for (int i = 0; i < mean.length; i++) {
                mean[i] = probe.gradient(weights.get(i));
            }
            probe.gradient(other % probe.batches());
            for (int i = 0; i < mean.length; i++) {
                float[] second = probe.gradient(weights.get(i));
                for (int k = 0; k < second.length; k++) {
                    mean[i][k] = (mean[i][k] + second[k]) / 2;
                }
            }
            return mean;
        }

        private double lengthOfWeights() {
            double squares = 0;
            for (int i = 0; i < first.length; i++) {
                squares += factors[i] * factors[i] * product(first[i], first[i]);
            }
            return Math.sqrt(squares);
        }

        private static double product(float[][] a, float[][] b) {
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += product(a[i], b[i]);
            }
            return sum;
        }

        private static double product(float[] a, float[] b) {
            double sum = 0;
            for (int k = 0; k < a.length; k++) {
                sum += (double) a[k] * b[k];
            }
            return sum;
        }

        /** Adam's averages of the slopes of one target. */
        private final class Averages {
            private static final double BETA1 = 0.9;
            private static final double BETA2 = 0.999;
            private static final double EPSILON = 1e-8;

            private final double[] mean;
            private final double[] square;
            private int steps;

            Averages(int size) {
                mean = new double[size];
                square = new double[size];
            }

            void move(double[] slopes) {
                steps++;
                double meanCorrection = 1 - Math.pow(BETA1, steps);
                double squareCorrection = 1 - Math.pow(BETA2, steps);
                for (int i = 0; i < slopes.length; i++) {
                    double slope = Math.max(-1, Math.min(1, slopes[i]));
                    mean[i] = BETA1 * mean[i] + (1 - BETA1) * slope;
                    square[i] = BETA2 * square[i] + (1 - BETA2) * slope * slope;
                    double root = Math.sqrt(square[i] / squareCorrection) + EPSILON;
                    double change = learningRate * mean[i] / meanCorrection / root;
                    factors[i] = Math.max(smallestFactor, factors[i] - change);
                }
            }
        }
    }
}
