package org.evengrad.engine.data;

import java.nio.FloatBuffer;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * Copies rows of a part into native memory, without allocating. Buffers are written at their
 * position, which moves on. Not for two threads at once: the memory for one target row is reused.
 */
public final class BatchFiller {
    private final float[] features;
    private final int featureCount;
    private final float[] targets;
    private final int targetWidth;
    private final int[] rows;
    private final boolean oneHot;
    private final float[] targetRow;

    /**
     * A filler for a part.
     *
     * @param part whose rows to copy
     * @param outputUnits how many numbers the network gives for a row. Classes become one-hot rows
     *     of this width; with one unit, two classes become 0 and 1. Regression targets stay as they
     *     are
     * @throws InvalidInputException if the units cannot stand for the targets
     */
    public BatchFiller(DataPart part, int outputUnits) {
        Dataset dataset = part.dataset();
        boolean classification = dataset.task() == Task.CLASSIFICATION;
        int classes = dataset.classes().size();
        if (classification && classes > Math.max(2, outputUnits)) {
            throw unsuitable(outputUnits + " cannot stand for " + classes + " classes");
        }
        if (!classification && outputUnits != dataset.targetWidth()) {
            throw unsuitable(
                    outputUnits
                            + " does not fit the data: targets a row: "
                            + dataset.targetWidth());
        }
        features = dataset.features();
        featureCount = dataset.featureCount();
        targets = dataset.targets();
        targetWidth = dataset.targetWidth();
        rows = part.rows();
        oneHot = classification && outputUnits > 1;
        targetRow = new float[oneHot ? outputUnits : 0];
    }

    /** How many numbers {@link #copyFeatures} writes for a row. */
    public int featureCount() {
        return featureCount;
    }

    /** How many numbers {@link #copyTargets} writes for a row. */
    public int targetWidth() {
        return oneHot ? targetRow.length : targetWidth;
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
            out.put(features, rows[order[place]] * featureCount, featureCount);
        }
    }

    /**
     * Writes count x {@link #targetWidth()} numbers, row by row.
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
            if (oneHot) {
                int hot = (int) targets[row];
                targetRow[hot] = 1;
                out.put(targetRow);
                targetRow[hot] = 0;
            } else {
                out.put(targets, row * targetWidth, targetWidth);
            }
        }
    }

    private static InvalidInputException unsuitable(String message) {
        return new InvalidInputException(Problem.ofKey("model.output.units", message));
    }
}
