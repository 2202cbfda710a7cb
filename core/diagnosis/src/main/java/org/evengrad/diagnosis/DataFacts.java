package org.evengrad.diagnosis;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.evengrad.engine.data.Dataset;
import org.evengrad.engine.network.LayerEnding;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.TrainingPlan;

/**
 * What a batch is like, as the network gets it, and what the network makes its answers with.
 *
 * @param rows how many examples were looked at
 * @param features whose size says something: not constant ones, not those of two values, such as
 *     one-hot columns, and not symbols
 * @param featureCount how many features there are: columns, channels of images, or features of each
 *     time step
 * @param constantFeatures how many of them have one value only
 * @param targets by output
 * @param answers targets by example, or by time step that counts
 * @param largestShare the share of the class that occurs most; NaN for numbers
 * @param shuffled whether the order of the training rows is drawn anew in each epoch
 * @param endings what layers end in, the output layer last; empty if that is not known
 */
record DataFacts(
        int rows,
        List<Column> features,
        int featureCount,
        int constantFeatures,
        List<Column> targets,
        Answers answers,
        double largestShare,
        boolean shuffled,
        List<LayerEnding> endings) {
    /** Nothing is known. */
    static final DataFacts NONE =
            new DataFacts(0, List.of(), 0, 0, List.of(), Answers.NONE, Double.NaN, true, List.of());

    /** Numbers of the same kind. */
    record Column(String name, double mean, double deviation) {}

    /**
     * Targets by example, or by time step that counts.
     *
     * @param count how many there are
     * @param outOfRange how many have a number that the output cannot give
     * @param severalLabels how many have more than one label
     * @param oneLabel how many are 1 for one output and 0 for all others
     */
    record Answers(int count, int outOfRange, int severalLabels, int oneLabel) {
        static final Answers NONE = new Answers(0, 0, 0, 0);

        double share(int part) {
            return count == 0 ? 0 : (double) part / count;
        }
    }

    /** Sums of numbers of the same kind. */
    private static final class Moments {
        private double sum;
        private double sumOfSquares;
        private double shift = Double.NaN;
        private long count;
        private double second = Double.NaN;
        private boolean many;

        void add(double value) {
            if (count == 0) {
                shift = value;
            } else if (value != shift && Double.isNaN(second)) {
                second = value;
            } else if (value != shift && value != second) {
                many = true;
            }
            double centered = value - shift;
            sum += centered;
            sumOfSquares += centered * centered;
            count++;
        }

        boolean isConstant() {
            return Double.isNaN(second);
        }

        /** Whether it takes two values only. */
        boolean isBinary() {
            return !isConstant() && !many;
        }

        double mean() {
            return shift + sum / count;
        }

        double deviation() {
            double mean = sum / count;
            return Math.sqrt(Math.max(0, sumOfSquares / count - mean * mean));
        }
    }

    /** Looks at the probe batch of a plan. */
    static DataFacts of(TrainingPlan plan) {
        Network network = plan.network();
        Batch batch = plan.data().probe().get(0, 0);
        Optional<Dataset> dataset = plan.data().split().map(split -> split.dataset());
        List<LayerEnding> endings = network.endings();
        List<Moments> columns =
                dataset.map(data -> data.symbols() > 0).orElse(false)
                        ? List.of()
                        : columns(network, batch);
        List<Column> judged = new ArrayList<>();
        int constant = 0;
        for (int i = 0; i < columns.size(); i++) {
            Moments moments = columns.get(i);
            constant += moments.isConstant() ? 1 : 0;
            if (!moments.isConstant() && !moments.isBinary()) {
                judged.add(new Column(name(dataset, i), moments.mean(), moments.deviation()));
            }
        }
        Targets targets = new Targets(network, batch, endings);
        return new DataFacts(
                batch.rows(),
                List.copyOf(judged),
                columns.size(),
                constant,
                targets.columns(),
                targets.answers(),
                targets.largestShare(),
                plan.config().map(from -> from.config().data().shuffle()).orElse(true),
                endings);
    }

    private static String name(Optional<Dataset> dataset, int feature) {
        List<String> names = dataset.map(Dataset::featureNames).orElse(List.of());
        return feature < names.size() ? names.get(feature) : "feature " + (feature + 1);
    }

    /** One for each column, channel, or feature of time steps; padding is left out. */
    private static List<Moments> columns(Network network, Batch batch) {
        List<Integer> shape = network.inputShape();
        int kinds = shape.get(0);
        int each = network.inputs() / kinds;
        boolean sequence = shape.size() == 2;
        float[] mask = sequence ? mask(batch, batch.rows() * each) : null;
        List<Moments> columns = new ArrayList<>();
        for (int i = 0; i < kinds; i++) {
            columns.add(new Moments());
        }
        FloatBuffer features = batch.features().rewind();
        for (int row = 0; row < batch.rows(); row++) {
            for (int kind = 0; kind < kinds; kind++) {
                int at = (row * kinds + kind) * each;
                for (int i = 0; i < each; i++) {
                    if (mask == null || mask[row * each + i] != 0) {
                        columns.get(kind).add(features.get(at + i));
                    }
                }
            }
        }
        return columns;
    }

    private static float[] mask(Batch batch, int size) {
        Optional<FloatBuffer> counts = batch.mask().filter(mask -> mask.limit() >= size);
        if (counts.isEmpty()) {
            return null;
        }
        float[] mask = new float[size];
        counts.get().get(0, mask, 0, size);
        return mask;
    }

    /** The targets of a batch, held against what the output layer can give. */
    private static final class Targets {
        /** How far beyond a bound counts as beyond it. */
        private static final double SLACK = 1e-3;

        private final Moments[] columns;
        private final double[] sums;
        private int count;
        private int outOfRange;
        private int several;
        private int one;

        Targets(Network network, Batch batch, List<LayerEnding> endings) {
            // Numbers of classes, for example, cannot be held against outputs one by one.
            int outputs = network.hasMetrics() ? network.outputs() : 0;
            int steps = batch.steps();
            double low = Double.NEGATIVE_INFINITY;
            double high = Double.POSITIVE_INFINITY;
            if (!endings.isEmpty()) {
                low = endings.get(endings.size() - 1).lowest();
                high = endings.get(endings.size() - 1).highest();
            }
            columns = new Moments[outputs];
            sums = new double[outputs];
            Arrays.setAll(columns, i -> new Moments());
            float[] mask = steps > 1 ? mask(batch, batch.rows() * steps) : null;
            FloatBuffer targets = batch.targets();
            for (int row = 0; row < batch.rows(); row++) {
                for (int step = 0; step < steps; step++) {
                    if (mask != null && mask[row * steps + step] == 0) {
                        continue;
                    }
                    boolean beyond = false;
                    int ones = 0;
                    int zeros = 0;
                    for (int output = 0; output < outputs; output++) {
                        double value = targets.get((row * outputs + output) * steps + step);
                        columns[output].add(value);
                        sums[output] += value;
                        beyond |= value < low - SLACK || value > high + SLACK;
                        ones += value == 1 ? 1 : 0;
                        zeros += value == 0 ? 1 : 0;
                    }
                    count++;
                    outOfRange += beyond ? 1 : 0;
                    several += ones > 1 && ones + zeros == outputs ? 1 : 0;
                    one += ones == 1 && zeros == outputs - 1 ? 1 : 0;
                }
            }
        }

        List<Column> columns() {
            List<Column> all = new ArrayList<>();
            for (int i = 0; i < columns.length; i++) {
                all.add(new Column("target " + (i + 1), columns[i].mean(), columns[i].deviation()));
            }
            return List.copyOf(all);
        }

        Answers answers() {
            return new Answers(count, outOfRange, several, one);
        }

        double largestShare() {
            if (count == 0 || columns.length == 0) {
                return Double.NaN;
            }
            boolean classes = Arrays.stream(columns).allMatch(c -> c.isBinary() || c.isConstant());
            if (!classes) {
                return Double.NaN;
            }
            if (sums.length == 1) {
                return Math.max(sums[0], count - sums[0]) / count;
            }
            return Arrays.stream(sums).max().orElse(0) / count;
        }
    }
}
