package org.evengrad.engine.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScoringTest {
    private static final int OUTPUTS = 3;
    private static final int STEPS = 4;
    private static final int ROWS = 5;

    /** Rows of 1 to 3 steps, and none of 4. */
    private static final int[] LENGTHS = {3, 1, 2, 3, 2};

    private final float[] predictions = new float[ROWS * OUTPUTS * STEPS];
    private final float[] targets = new float[predictions.length];
    private final float[] mask = new float[ROWS * STEPS];

    ScoringTest() {
        Random random = new Random(11);
        for (int row = 0; row < ROWS; row++) {
            for (int step = 0; step < STEPS; step++) {
                mask[row * STEPS + step] = step < LENGTHS[row] ? 1 : 0;
                float first = 0.1f + 0.4f * random.nextFloat();
                float second = 0.1f + 0.3f * random.nextFloat();
                float[] row3 = {first, second, 1 - first - second};
                for (int o = 0; o < OUTPUTS; o++) {
                    predictions[at(row, o, step)] = row3[o];
                }
                targets[at(row, random.nextInt(OUTPUTS), step)] = 1;
            }
        }
    }

    private static int at(int row, int output, int step) {
        return (row * OUTPUTS + output) * STEPS + step;
    }

    @Test
    void stepsThatAreNoPaddingCountLikeExamples() {
        Scoring sequences = new Scoring(Task.CLASSIFICATION, Loss.CROSS_ENTROPY, OUTPUTS);
        sequences.add(predictions, targets, ROWS, STEPS, mask);

        Scoring examples = new Scoring(Task.CLASSIFICATION, Loss.CROSS_ENTROPY, OUTPUTS);
        for (int row = 0; row < ROWS; row++) {
            for (int step = 0; step < LENGTHS[row]; step++) {
                float[] prediction = new float[OUTPUTS];
                float[] target = new float[OUTPUTS];
                for (int o = 0; o < OUTPUTS; o++) {
                    prediction[o] = predictions[at(row, o, step)];
                    target[o] = targets[at(row, o, step)];
                }
                examples.add(prediction, target, 1, 1, null);
            }
        }
        assertEquals(examples.loss(), sequences.loss());
        assertEquals(examples.confusion(), sequences.confusion());
        assertEquals(Math.exp(sequences.loss()), sequences.metrics().get("perplexity"), 1e-12);
        for (Map.Entry<String, Double> metric : examples.metrics().entrySet()) {
            assertEquals(
                    metric.getValue(), sequences.metrics().get(metric.getKey()), metric.getKey());
        }
    }

    @Test
    void theLossOfAStepIsThatOfTheExamplesThatAreThatLong() {
        Scoring scoring = new Scoring(Task.CLASSIFICATION, Loss.CROSS_ENTROPY, OUTPUTS);
        scoring.add(predictions, targets, ROWS, STEPS, mask);
        List<Double> losses = scoring.lossPerStep();
        assertEquals(3, losses.size());
        double total = 0;
        int answers = 0;
        for (int step = 0; step < 3; step++) {
            double sum = 0;
            int there = 0;
            for (int row = 0; row < ROWS; row++) {
                for (int o = 0; o < OUTPUTS && step < LENGTHS[row]; o++) {
                    sum -= targets[at(row, o, step)] * Math.log(predictions[at(row, o, step)]);
                }
                there += step < LENGTHS[row] ? 1 : 0;
            }
            assertEquals(sum / there, losses.get(step), 1e-12);
            total += sum;
            answers += there;
        }
        assertEquals(total / answers, scoring.loss(), 1e-12);
    }

    @Test
    void withoutAMaskEveryStepCounts() {
        Scoring scoring = new Scoring(Task.REGRESSION, Loss.MSE, OUTPUTS);
        scoring.add(predictions, targets, ROWS, STEPS, null);
        double squares = 0;
        for (int i = 0; i < targets.length; i++) {
            squares += Math.pow((double) predictions[i] - targets[i], 2);
        }
        assertEquals(squares / targets.length, scoring.loss(), 1e-12);
        assertEquals(Math.sqrt(scoring.loss()), scoring.metrics().get("rmse"), 1e-12);
        assertEquals(STEPS, scoring.lossPerStep().size());
        assertFalse(scoring.metrics().containsKey("perplexity"));
    }

    @Test
    void batchesAddUpAndTheLossAloneIsTheSame() {
        Scoring whole = new Scoring(Task.CLASSIFICATION, Loss.CROSS_ENTROPY, OUTPUTS);
        whole.add(predictions, targets, ROWS, STEPS, mask);
        Scoring rowByRow = new Scoring(Task.CLASSIFICATION, Loss.CROSS_ENTROPY, OUTPUTS);
        Scoring lossAlone = new Scoring(Task.CLASSIFICATION, Loss.CROSS_ENTROPY, OUTPUTS);
        int width = OUTPUTS * STEPS;
        for (int row = 0; row < ROWS; row++) {
            float[] prediction = Arrays.copyOfRange(predictions, row * width, (row + 1) * width);
            float[] target = Arrays.copyOfRange(targets, row * width, (row + 1) * width);
            float[] steps = Arrays.copyOfRange(mask, row * STEPS, (row + 1) * STEPS);
            rowByRow.add(prediction, target, 1, STEPS, steps);
            lossAlone.addLoss(prediction, target, 1, STEPS, steps);
        }
        assertEquals(whole.loss(), rowByRow.loss());
        assertEquals(whole.metrics(), rowByRow.metrics());
        assertEquals(whole.confusion(), rowByRow.confusion());
        assertEquals(whole.loss(), lossAlone.loss());
    }

    @Test
    void paddingMayHoldAnything() {
        Scoring clean = new Scoring(Task.CLASSIFICATION, Loss.CROSS_ENTROPY, OUTPUTS);
        clean.add(predictions, targets, ROWS, STEPS, mask);
        for (int o = 0; o < OUTPUTS; o++) {
            predictions[at(1, o, 2)] = Float.NaN;
            targets[at(1, o, 2)] = Float.NaN;
        }
        Scoring dirty = new Scoring(Task.CLASSIFICATION, Loss.CROSS_ENTROPY, OUTPUTS);
        dirty.add(predictions, targets, ROWS, STEPS, mask);
        assertEquals(clean.metrics(), dirty.metrics());
        assertEquals(clean.lossPerStep(), dirty.lossPerStep());
    }

    @Test
    void anAnswerToAWholeExampleHasNoLossPerStep() {
        Scoring scoring = new Scoring(Task.REGRESSION, Loss.MSE, 1);
        scoring.add(new float[] {1}, new float[] {2}, 1, 1, null);
        assertTrue(scoring.lossPerStep().isEmpty());
    }

    @Test
    void theNamesFollowFromTheTask() {
        assertEquals(Set.of("r2", "rmse", "mae"), Scoring.names(Task.REGRESSION, Loss.MSE, 2));
        assertTrue(
                Scoring.names(Task.CLASSIFICATION, Loss.BINARY_CROSS_ENTROPY, 1).contains("auc"));
        assertEquals(
                Set.of("accuracy", "macroF1"),
                Scoring.names(Task.CLASSIFICATION, Loss.CROSS_ENTROPY, 3));
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void everyLossOfAConfigurationIsKnown(Loss loss) {
        assertEquals(loss.name(), LossFunction.of(loss).name());
    }

    @Test
    void nothingIsNan() {
        Scoring scoring = new Scoring(Task.CLASSIFICATION, Loss.CROSS_ENTROPY, 3);
        scoring.add(predictions, targets, ROWS, STEPS, new float[mask.length]);
        assertTrue(Double.isNaN(scoring.loss()));
        assertTrue(Double.isNaN(scoring.metrics().get("accuracy")));
        assertTrue(scoring.lossPerStep().isEmpty());
    }
}
