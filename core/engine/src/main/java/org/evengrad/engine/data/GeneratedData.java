package org.evengrad.engine.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.evengrad.config.DataConfig.Source.AddingProblem;
import org.evengrad.config.DataConfig.Source.Blobs;
import org.evengrad.config.DataConfig.Source.Circles;
import org.evengrad.config.DataConfig.Source.CopyMemory;
import org.evengrad.config.DataConfig.Source.Linear;
import org.evengrad.config.DataConfig.Source.Spirals;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * Data sets made by a formula and a seed. In those with classes, row {@code i} has class {@code i
 * mod classes}, so class sizes differ by one at most. {@code g} below is a standard normal number,
 * drawn anew each time.
 */
final class GeneratedData {
    private static final double BLOB_CENTER_LIMIT = 10;

    private GeneratedData() {}

    /**
     * A cloud around a center for each class: {@code x = center[class] + spread * g}. The centers
     * are uniform in [-10, 10] in each feature.
     */
    static Dataset blobs(Blobs source, long seed) {
        Draws draws = new Draws(seed, Draws.Purpose.GENERATION, 0);
        int width = source.features();
        float[] features = features(source.samples(), source.classes(), width);
        double[] centers = new double[source.classes() * width];
        for (int i = 0; i < centers.length; i++) {
            centers[i] = BLOB_CENTER_LIMIT * (2 * draws.uniform() - 1);
        }
        for (int i = 0; i < features.length; i++) {
            int center = i / width % source.classes() * width + i % width;
            features[i] = (float) (centers[center] + source.spread() * draws.gaussian());
        }
        return classification(features, source.samples(), source.classes(), width);
    }

    /**
     * Two circles around the origin: the outer of radius 1 is class 0, the inner of radius {@code
     * factor} is class 1. The points of a class stand at equal angles from 0, and each coordinate
     * gets {@code noise * g}.
     */
    static Dataset circles(Circles source, long seed) {
        Draws draws = new Draws(seed, Draws.Purpose.GENERATION, 0);
        int samples = source.samples();
        float[] features = features(samples, 2, 2);
        for (int row = 0; row < samples; row++) {
            boolean outer = row % 2 == 0;
            int pointsOfClass = outer ? samples - samples / 2 : samples / 2;
            double angle = 2 * StrictMath.PI * (row / 2) / pointsOfClass;
            double radius = outer ? 1 : source.factor();
            place(features, row, radius, angle, source.noise(), draws);
        }
        return classification(features, samples, 2, 2);
    }

    /**
     * Arms that leave the origin, one for each class. Point {@code k} of {@code n} of an arm has
     * radius {@code r = (k + 1) / n} and angle {@code 2 pi (turns * r + class / classes)}; each
     * coordinate gets {@code noise * g}.
     */
    static Dataset spirals(Spirals source, long seed) {
        Draws draws = new Draws(seed, Draws.Purpose.GENERATION, 0);
        int samples = source.samples();
        int classes = source.classes();
        float[] features = features(samples, classes, 2);
        for (int row = 0; row < samples; row++) {
            int arm = row % classes;
            int pointsOfArm = (samples - arm - 1) / classes + 1;
            double radius = (row / classes + 1) / (double) pointsOfArm;
            double turns = source.turns() * radius + arm / (double) classes;
            place(features, row, radius, 2 * StrictMath.PI * turns, source.noise(), draws);
        }
        return classification(features, samples, classes, 2);
    }

    /**
     * A linear target: {@code y = sum_j w_j x_j + noise * g} with {@code x_j = g} and the known
     * weights {@code w_j = (-1)^j / sqrt(features)}, j from 0. Without noise y has variance 1.
     */
    static Dataset linear(Linear source, long seed) {
        Draws draws = new Draws(seed, Draws.Purpose.GENERATION, 0);
        int width = source.features();
        int samples = source.samples();
        float[] features = features(samples, 1, width);
        float[] targets = new float[samples];
        double weight = 1 / StrictMath.sqrt(width);
        for (int row = 0; row < samples; row++) {
            double target = 0;
            for (int feature = 0; feature < width; feature++) {
                float value = (float) draws.gaussian();
                features[row * width + feature] = value;
                target += feature % 2 == 0 ? weight * value : -weight * value;
            }
            targets[row] = (float) (target + source.noise() * draws.gaussian());
        }
        return new Dataset(
                features,
                samples,
                List.of(width),
                targets,
                1,
                Task.REGRESSION,
                List.of(),
                names(width, "x"));
    }

    /**
     * The adding problem (Hochreiter and Schmidhuber, 1997), in the form of Arjovsky, Shah and
     * Bengio, <a href="https://arxiv.org/abs/1511.06464">Unitary Evolution Recurrent Neural
     * Networks</a>, 2016. Two features: uniform numbers from [0, 1), and a mark that is 1 at one
     * step of the first half and at one of the second, else 0. The target is the sum of the two
     * marked numbers. Always answering 1 has a mean squared error of 1/6.
     */
    static Dataset addingProblem(AddingProblem source, long seed) {
        Draws draws = new Draws(seed, Draws.Purpose.GENERATION, 0);
        int samples = source.samples();
        int steps = source.length();
        float[] features = features(samples, 1, Math.multiplyExact(2, steps));
        float[] targets = new float[samples];
        int half = steps / 2;
        for (int row = 0; row < samples; row++) {
            int values = row * 2 * steps;
            for (int step = 0; step < steps; step++) {
                features[values + step] = (float) draws.uniform();
            }
            int first = draws.below(half);
            int second = half + draws.below(steps - half);
            features[values + steps + first] = 1;
            features[values + steps + second] = 1;
            targets[row] = features[values + first] + features[values + second];
        }
        return new Dataset(
                features,
                samples,
                List.of(2, steps),
                targets,
                1,
                Task.REGRESSION,
                List.of(),
                List.of("value", "mark"));
    }

    /**
     * The copying memory problem (Hochreiter and Schmidhuber, 1997), in the form of Arjovsky, Shah
     * and Bengio, <a href="https://arxiv.org/abs/1511.06464">Unitary Evolution Recurrent Neural
     * Networks</a>, 2016. A row shows {@code copied} random symbols, then {@code length - 1}
     * blanks, a sign that it is time to answer, and {@code copied} blanks. The target of each step
     * is blank, and those of the last {@code copied} steps are the symbols, in their order. Blanks
     * and guesses have a cross-entropy of {@code copied * ln(symbols) / steps} a step.
     */
    static Dataset copyMemory(CopyMemory source, long seed) {
        Draws draws = new Draws(seed, Draws.Purpose.GENERATION, 0);
        int samples = source.samples();
        int copied = source.copied();
        int blank = source.symbols();
        int sign = blank + 1;
        int steps = Math.addExact(source.length(), Math.multiplyExact(2, copied));
        float[] features = features(samples, 1, steps);
        float[] targets = new float[features.length];
        Arrays.fill(features, blank);
        Arrays.fill(targets, blank);
        for (int row = 0; row < samples; row++) {
            int start = row * steps;
            for (int i = 0; i < copied; i++) {
                int symbol = draws.below(source.symbols());
                features[start + i] = symbol;
                targets[start + steps - copied + i] = symbol;
            }
            features[start + copied + source.length() - 1] = sign;
        }
        return new Dataset(
                FloatTable.of(features, steps),
                List.of(1, steps),
                sign + 1,
                Optional.empty(),
                FloatTable.of(targets, steps),
                steps,
                Task.CLASSIFICATION,
                Stream.concat(names(blank, "").stream(), Stream.of("blank")).toList(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** Memory for the features, if there is a sample for each class and an array can hold them. */
    private static float[] features(int samples, int classes, int width) {
        if (samples < classes) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.samples",
                            samples + " samples are too few for " + classes + " classes"));
        }
        if ((long) samples * width > Dataset.MOST_NUMBERS) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.samples",
                            String.format(
                                    "%d samples of %d features are more than fit into memory: %d"
                                            + " numbers at most",
                                    samples, width, Dataset.MOST_NUMBERS)));
        }
        return new float[samples * width];
    }

    private static void place(
            float[] features, int row, double radius, double angle, double noise, Draws draws) {
        features[2 * row] = (float) (radius * StrictMath.cos(angle) + noise * draws.gaussian());
        features[2 * row + 1] = (float) (radius * StrictMath.sin(angle) + noise * draws.gaussian());
    }

    private static Dataset classification(float[] features, int rows, int classes, int width) {
        float[] targets = new float[rows];
        for (int row = 0; row < rows; row++) {
            targets[row] = row % classes;
        }
        return new Dataset(
                features,
                rows,
                List.of(width),
                targets,
                1,
                Task.CLASSIFICATION,
                names(classes, ""),
                names(width, "x"));
    }

    /** The prefix and a number, from 0. */
    private static List<String> names(int count, String prefix) {
        return IntStream.range(0, count).mapToObj(number -> prefix + number).toList();
    }
}
