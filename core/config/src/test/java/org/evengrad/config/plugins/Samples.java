package org.evengrad.config.plugins;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Span;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/** Strategies for tests: small, and enough to fill a configuration. */
public final class Samples {
    private Samples() {}

    /** A registry of all of them, and of nothing else. */
    public static StrategyRegistry registry() {
        return PluginLoader.load(
                ClassLoader.getPlatformClassLoader(),
                List.of(),
                List.of(
                        new He(),
                        new Relu(),
                        new LeakyRelu(),
                        new Adam(),
                        new Sgd(),
                        new Lookahead(),
                        new Constant(),
                        new Cosine(),
                        new Nonfinite(),
                        new ClipGlobalNorm(),
                        new Chain(),
                        new Everything()));
    }

    @Strategy(
            name = "he",
            summary = "He",
            formula = "-",
            useWhen = "-",
            avoidWhen = "-",
            reference = "-",
            since = "0.1.0")
    public record He() implements Initializer {
        @Override
        public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {}
    }

    @Strategy(
            name = "relu",
            summary = "Relu",
            formula = "-",
            useWhen = "-",
            avoidWhen = "-",
            reference = "-",
            since = "0.1.0")
    public record Relu() implements Activation {
        @Override
        public void forward(float[] x, float[] y, int size) {}

        @Override
        public void backward(float[] x, float[] y, float[] gradient, int size) {}
    }

    @Strategy(
            name = "leaky-relu",
            summary = "Leaky",
            formula = "-",
            useWhen = "-",
            avoidWhen = "-",
            reference = "-",
            since = "0.1.0")
    public record LeakyRelu(@Option(help = "Slope", range = "[0, 1)") double slope)
            implements Activation {
        public LeakyRelu() {
            this(0.01);
        }

        @Override
        public void forward(float[] x, float[] y, int size) {}

        @Override
        public void backward(float[] x, float[] y, float[] gradient, int size) {}
    }

    @Strategy(
            name = "adam",
            summary = "Adam",
            formula = "w -= rate * m",
            useWhen = "to begin with",
            avoidWhen = "to end with",
            reference = "-",
            since = "0.1.0")
    public record Adam(
            @Option(help = "Rate", range = "(0, inf)") double learningRate,
            @Option(help = "Decay of the first moment", range = "[0, 1)") double beta1,
            @Option(help = "Decay of the second moment", range = "[0, 1)") double beta2)
            implements Optimizer {
        public Adam() {
            this(0.001, 0.9, 0.999);
        }

        @Override
        public void update(Chunk chunk, StepContext at) {}
    }

    @Strategy(
            name = "sgd",
            summary = "Descent",
            formula = "-",
            useWhen = "-",
            avoidWhen = "-",
            reference = "-",
            since = "0.1.0")
    public record Sgd(@Option(help = "Rate", range = "(0, inf)") double learningRate)
            implements Optimizer {
        public Sgd() {
            this(0.1);
        }

        @Override
        public void update(Chunk chunk, StepContext at) {}
    }

    @Strategy(
            name = "lookahead",
            summary = "Wraps another",
            formula = "-",
            useWhen = "-",
            avoidWhen = "-",
            reference = "-",
            since = "0.1.0")
    public record Lookahead(
            @Option(help = "Rate", range = "(0, inf)") double learningRate,
            @Option(help = "The one inside") Optimizer inner,
            @Option(help = "Steps ahead", range = "[1, inf)") int steps)
            implements Optimizer {
        public Lookahead() {
            this(0.001, null, 5);
        }

        @Override
        public void update(Chunk chunk, StepContext at) {}
    }

    @Strategy(
            name = "constant",
            summary = "Flat",
            formula = "-",
            useWhen = "-",
            avoidWhen = "-",
            reference = "-",
            since = "0.1.0")
    public record Constant() implements Scheduler {
        @Override
        public Schedule start(Horizon horizon) {
            return at -> 1;
        }
    }

    @Strategy(
            name = "cosine",
            summary = "Falls",
            formula = "-",
            useWhen = "-",
            avoidWhen = "-",
            reference = "-",
            since = "0.1.0")
    public record Cosine(
            @Option(help = "Rise") Span warmup,
            @Option(help = "Lowest", range = "[0, 1]") double floor)
            implements Scheduler {
        public Cosine() {
            this(Span.ZERO, 0);
        }

        public Cosine {
            if (warmup.unit() == Span.Unit.PERCENT && warmup.amount() > 100) {
                throw new IllegalArgumentException("warmup is longer than training");
            }
        }

        @Override
        public Schedule start(Horizon horizon) {
            return at -> 1;
        }
    }

    @Strategy(
            name = "nonfinite",
            summary = "Skips",
            formula = "-",
            useWhen = "-",
            avoidWhen = "-",
            reference = "-",
            since = "0.1.0")
    public record Nonfinite() implements GradientGuard {
        @Override
        public Guard start(List<Tensor> layout) {
            return (gradient, at, ruling) -> {};
        }
    }

    @Strategy(
            name = "clip-global-norm",
            summary = "Clips",
            formula = "-",
            useWhen = "-",
            avoidWhen = "-",
            reference = "-",
            since = "0.1.0")
    public record ClipGlobalNorm(@Option(help = "Limit", range = "(0, inf)") double maxNorm)
            implements GradientGuard {
        public ClipGlobalNorm() {
            this(1);
        }

        @Override
        public Guard start(List<Tensor> layout) {
            return (gradient, at, ruling) -> {};
        }
    }

    @Strategy(
            name = "chain",
            summary = "Guards in a row",
            formula = "-",
            useWhen = "-",
            avoidWhen = "-",
            reference = "-",
            since = "0.1.0")
    public record Chain(@Option(help = "The guards") List<GradientGuard> guards)
            implements GradientGuard {
        public Chain() {
            this(List.of());
        }

        @Override
        public Guard start(List<Tensor> layout) {
            return (gradient, at, ruling) -> {};
        }
    }

    /** How {@link Everything} goes about it. */
    public enum Mode {
        FAN_IN,
        FAN_OUT,
        TRUE
    }

    @Strategy(
            name = "everything",
            summary = "Has all types",
            formula = "-",
            useWhen = "-",
            avoidWhen = "-",
            reference = "-",
            since = "0.1.0")
    public record Everything(
            @Option(help = "A boolean") boolean flag,
            @Option(help = "An int", range = "[0, 10]") int count,
            @Option(help = "A long") long seed,
            @Option(help = "A double", range = "[0, inf]") double limit,
            @Option(help = "A text") String label,
            @Option(help = "An enum") Mode mode,
            @Option(help = "Numbers", range = "[0, 1]") List<Double> milestones,
            @Option(help = "A span", range = "[0, 1000]") Span warmup,
            @Option(help = "A duration", range = "[0, 7200]") Duration patience,
            @Option(help = "A strategy") Scheduler scheduler)
            implements Scheduler {
        public Everything() {
            this(
                    false,
                    1,
                    -1,
                    Double.POSITIVE_INFINITY,
                    "a \"b\" # c",
                    Mode.FAN_IN,
                    List.of(0.5, 1e-8),
                    new Span(5, Span.Unit.PERCENT),
                    Duration.ofSeconds(90),
                    new Constant());
        }

        @Override
        public Schedule start(Horizon horizon) {
            return at -> 1;
        }
    }
}
