package org.evengrad.engine.data;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * Copies rows of a part into native memory, in the form that a network takes them, without
 * allocating. Buffers are written at their position, which moves on. Not for two threads at once:
 * the memory for one row is reused.
 */
public final class BatchFiller {
    private final Dataset dataset;
    private final int[] rows;
    private final Optional<Augmentation> augmentation;
    private final boolean oneHotFeatures;
    private final boolean oneHotTargets;
    private final float[] ownFeatures;
    private final float[] otherFeatures;
    private final float[] symbols;
    private final float[] ownTargets;
    private final float[] otherTargets;
    private final float[] classes;
    private final float[] mask;
    private long epoch;

    /**
     * A filler for a part, whose rows stay as they are.
     *
     * @param part whose rows to copy
     * @param inputShape what the network takes for a row: the shape of the data; {@code [features]}
     *     for data of any shape with as many numbers; or {@code [symbols, steps]} for symbols,
     *     which are then written one-hot
     * @param outputs how many units the network has. Classes become one-hot over the units; with
     *     one unit, two classes become 0 and 1. Other targets stay as they are
     * @param outputSteps 1, or the steps of the data when the network gives an output for each
     * @throws InvalidInputException if the data does not fit the network
     */
    public BatchFiller(DataPart part, List<Integer> inputShape, int outputs, int outputSteps) {
        this(part, inputShape, outputs, outputSteps, Optional.empty());
    }

    /**
     * A filler for a part.
     *
     * @param augmentation changes the rows; see {@link #epoch}
     * @throws InvalidInputException if the data does not fit the network
     * @throws IllegalArgumentException if symbols were to be changed, which are no quantities
     */
    public BatchFiller(
            DataPart part,
            List<Integer> inputShape,
            int outputs,
            int outputSteps,
            Optional<Augmentation> augmentation) {
        dataset = part.dataset();
        rows = part.rows();
        this.augmentation = augmentation;
        if (augmentation.isPresent() && dataset.symbols() > 0) {
            throw new IllegalArgumentException("symbols cannot be augmented");
        }
        oneHotFeatures = isOneHot(dataset, inputShape);
        requireFeaturesFit(inputShape);
        requireTargetsFit(outputs, outputSteps);
        oneHotTargets = dataset.task() == Task.CLASSIFICATION && outputs > 1;
        ownFeatures = new float[dataset.featureCount()];
        symbols = new float[oneHotFeatures ? dataset.symbols() * dataset.steps() : 0];
        classes = new float[dataset.targets().width()];
        ownTargets = new float[oneHotTargets ? outputs * outputSteps : classes.length];
        otherFeatures = new float[augmentation.isPresent() ? ownFeatures.length : 0];
        otherTargets = new float[augmentation.isPresent() ? ownTargets.length : 0];
        mask = new float[dataset.steps()];
    }

    /** How many numbers {@link #copyFeatures} writes for a row. */
    public int featureCount() {
        return oneHotFeatures ? symbols.length : ownFeatures.length;
    }

    /** How many numbers {@link #copyTargets} writes for a row. */
    public int targetCount() {
        return ownTargets.length;
    }

    /** Whether some rows are padded, so that the network needs {@link #copyMask}. */
    public boolean masked() {
        return dataset.lengths().isPresent();
    }

    /** Says which epoch's changes the augmentation makes from now on; 0 at first. */
    public void epoch(long number) {
        epoch = number;
    }

    /**
     * Writes count x {@link #featureCount()} numbers, row by row.
     *
     * @param order indices into {@link DataPart#rows()}, as {@link BatchOrder#fill} writes them
     * @param from the first place in the order
     * @param count how many places
     * @param out has room for the numbers
     * @throws java.nio.BufferOverflowException if it has not
     */
    public void copyFeatures(int[] order, int from, int count, FloatBuffer out) {
        for (int place = from; place < from + count; place++) {
            int row = rows[order[place]];
            readFeatures(row, ownFeatures);
            float share = share(row);
            if (share < 1) {
                readFeatures(partner(row), otherFeatures);
                mix(ownFeatures, otherFeatures, share);
            }
            out.put(oneHotFeatures ? oneHotSymbols(row) : ownFeatures);
        }
    }

    /**
     * Writes count x {@link #targetCount()} numbers, row by row; in a row, all steps of the first
     * target come first.
     *
     * @param order indices into {@link DataPart#rows()}, as {@link BatchOrder#fill} writes them
     * @param from the first place in the order
     * @param count how many places
     * @param out has room for the numbers
     * @throws java.nio.BufferOverflowException if it has not
     */
    public void copyTargets(int[] order, int from, int count, FloatBuffer out) {
        for (int place = from; place < from + count; place++) {
            int row = rows[order[place]];
            readTargets(row, ownTargets);
            float share = share(row);
            if (share < 1) {
                readTargets(partner(row), otherTargets);
                mix(ownTargets, otherTargets, share);
            }
            out.put(ownTargets);
        }
    }

    /**
     * Writes count x steps numbers, row by row: 1 for a step that counts, 0 for padding.
     *
     * @param order indices into {@link DataPart#rows()}, as {@link BatchOrder#fill} writes them
     * @param from the first place in the order
     * @param count how many places
     * @param out has room for the numbers
     * @throws java.nio.BufferOverflowException if it has not
     */
    public void copyMask(int[] order, int from, int count, FloatBuffer out) {
        for (int place = from; place < from + count; place++) {
            int length = dataset.length(rows[order[place]]);
            Arrays.fill(mask, 0, length, 1);
            Arrays.fill(mask, length, mask.length, 0);
            out.put(mask);
        }
    }

    private void readFeatures(int row, float[] into) {
        dataset.features().read(row, into, 0);
        if (augmentation.isPresent()) {
            augmentation.get().apply(epoch, row, into);
        }
    }

    private float[] oneHotSymbols(int row) {
        int steps = dataset.steps();
        int length = dataset.length(row);
        Arrays.fill(symbols, 0);
        for (int step = 0; step < length; step++) {
            symbols[(int) ownFeatures[step] * steps + step] = 1;
        }
        return symbols;
    }

    private void readTargets(int row, float[] into) {
        if (!oneHotTargets) {
            dataset.targets().read(row, into, 0);
            return;
        }
        dataset.targets().read(row, classes, 0);
        int steps = dataset.targetSteps();
        int length = steps == 1 ? 1 : dataset.length(row);
        Arrays.fill(into, 0);
        for (int step = 0; step < length; step++) {
            into[(int) classes[step] * steps + step] = 1;
        }
    }

    private float share(int row) {
        return augmentation.isPresent() ? augmentation.get().share(epoch, row) : 1;
    }

    private int partner(int row) {
        return rows[augmentation.orElseThrow().partner(epoch, row, rows.length)];
    }

    private static void mix(float[] own, float[] other, float share) {
        for (int i = 0; i < own.length; i++) {
            own[i] = share * own[i] + (1 - share) * other[i];
        }
    }

    private static boolean isOneHot(Dataset dataset, List<Integer> inputShape) {
        return dataset.symbols() > 0
                && inputShape.size() == 2
                && inputShape.get(1) == dataset.steps()
                && inputShape.get(0) >= dataset.symbols()
                && !inputShape.equals(dataset.featureShape());
    }

    private void requireFeaturesFit(List<Integer> inputShape) {
        boolean flat = inputShape.size() == 1 && inputShape.get(0) == dataset.featureCount();
        if (!flat && !oneHotFeatures && !inputShape.equals(dataset.featureShape())) {
            String symbolCount =
                    dataset.symbols() > 0 ? " of " + dataset.symbols() + " symbols" : "";
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.source",
                            String.format(
                                    "a row has the shape %s%s, the network takes %s",
                                    dataset.featureShape(), symbolCount, inputShape)));
        }
    }

    private void requireTargetsFit(int outputs, int outputSteps) {
        if (outputSteps != dataset.targetSteps()) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.source",
                            dataset.targetSteps() == 1
                                    ? "a row has one target for all of its steps, the network gives"
                                            + " an output for each of "
                                            + outputSteps
                                    : "a row has targets for each of its "
                                            + dataset.targetSteps()
                                            + " steps, the network gives "
                                            + (outputSteps == 1
                                                    ? "one output for all of them"
                                                    : outputSteps + " outputs")));
        }
        boolean classification = dataset.task() == Task.CLASSIFICATION;
        int count = dataset.classes().size();
        if (classification && count > Math.max(2, outputs)) {
            throw unsuitable(outputs + " cannot stand for " + count + " classes");
        }
        if (!classification && outputs != dataset.targetWidth()) {
            throw unsuitable(
                    outputs + " does not fit the data: targets a row: " + dataset.targetWidth());
        }
    }

    private static InvalidInputException unsuitable(String message) {
        return new InvalidInputException(Problem.ofKey("model.output.units", message));
    }
}
