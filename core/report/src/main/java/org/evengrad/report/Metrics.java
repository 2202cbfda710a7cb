package org.evengrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * What a run measured, in columns of equally many steps, so that a run of any length fits a page.
 *
 * @param layout the model and the plan
 * @param progress how far the run came
 * @param columns the steps
 * @param validation the evaluations
 * @param ends by measure, tensor: the first and the last value
 * @param guards what the guards did, each guard and action once, in order of appearance
 * @param verdicts the verdicts that were made on the way: an array, each problem once
 * @param unreadableLines lines before the last that are no JSON
 */
record Metrics(
        Layout layout,
        Progress progress,
        Columns columns,
        Validation validation,
        Map<Measure, Ends[]> ends,
        List<GuardActivity> guards,
        JsonNode verdicts,
        int unreadableLines) {
    /**
     * The model and the plan.
     *
     * @param tensors first layer first
     * @param layers first layer first
     * @param plannedSteps 0 if unknown
     */
    record Layout(List<String> tensors, List<String> layers, long plannedSteps) {
        /** The layer that a tensor belongs to: {@code dense-1} of {@code dense-1.W}. */
        static String layerOf(String tensor) {
            int dot = tensor.lastIndexOf('.');
            return dot < 0 ? tensor : tensor.substring(0, dot);
        }

        /** Whether a tensor holds weights, by DL4J's names: W, RW, pW and so on; not b or gamma. */
        static boolean isWeight(String tensor) {
            return tensor.substring(tensor.lastIndexOf('.') + 1).indexOf('W') >= 0;
        }
    }

    /**
     * How far the run came.
     *
     * @param step the last step that was recorded, from 1; 0 if none
     * @param epoch its epoch, from 1; 0 if none
     * @param recordedSteps how many steps have a line
     * @param loss the training loss of the last step; NaN if it was not finite or there is none
     */
    record Progress(long step, int epoch, long recordedSteps, double loss) {}

    /**
     * The steps by column; all arrays but the norms have one entry a column.
     *
     * @param stepsPerColumn how many steps a column spans
     * @param recorded how many of its steps have a line
     * @param nonFinite how many of its steps had a non-finite loss or gradient
     * @param norms by measure, tensor, column: the median as {@link NormCode}
     * @param medianLoss of the finite training losses; NaN if there is none
     * @param leastLoss as the median
     * @param greatestLoss as the median
     * @param learningRate of its last step
     */
    record Columns(
            long stepsPerColumn,
            int[] recorded,
            int[] nonFinite,
            Map<Measure, short[][]> norms,
            double[] medianLoss,
            double[] leastLoss,
            double[] greatestLoss,
            double[] learningRate) {
        int count() {
            return recorded.length;
        }

        /** In how many steps the loss or a gradient was not finite. */
        long nonFiniteSteps() {
            long sum = 0;
            for (int steps : nonFinite) {
                sum += steps;
            }
            return sum;
        }
    }

    /**
     * The evaluations.
     *
     * @param loss by column: the last validation loss in it; NaN where there is none
     * @param accuracy by column, as the loss
     * @param lastLoss NaN if there is none
     * @param lastAccuracy NaN if there is none
     */
    record Validation(double[] loss, double[] accuracy, double lastLoss, double lastAccuracy) {}

    /** The first and the last value of a tensor: NaN if non-finite, ABSENT if not measured. */
    record Ends(double first, double last) {}

    /**
     * What one guard did, one kind of action.
     *
     * @param guard its name
     * @param action its word in the metrics, for example {@code scale}
     * @param perColumn by column: in how many steps
     * @param first the first of them
     * @param last the last of them
     * @param reason what the guard said in the last of them; may be empty
     */
    record GuardActivity(
            String guard, String action, int[] perColumn, long first, long last, String reason) {
        /** In how many steps. */
        long steps() {
            long sum = 0;
            for (int steps : perColumn) {
                sum += steps;
            }
            return sum;
        }
    }
}
