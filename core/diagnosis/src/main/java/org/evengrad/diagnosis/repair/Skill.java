package org.evengrad.diagnosis.repair;

import java.util.List;
import java.util.Map;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.diagnosis.NullLoss;
import org.evengrad.engine.metrics.Confusion;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.Evaluator;
import org.evengrad.engine.train.Scores;

/**
 * What a task is judged by, whatever a patch makes of the model: 0 is what a constant prediction
 * reaches, 1 is perfect, and -1 is the least, which is also what is no number.
 *
 * <p>Balanced accuracy for classes; the area under the ROC curve for two classes of which one is
 * rare, and for labels; the explained share of the variance for numbers, which does not depend on
 * their scale; and the explained share of the loss where each time step is answered.
 */
public final class Skill {
    /** The skill of what is of no use. */
    public static final double WORST = -1;

    /** A class with a smaller share of the examples is rare. */
    private static final double RARE = 0.1;

    private static final String AUC = "auc";

    private enum Metric {
        BALANCED_ACCURACY,
        AUC,
        R2,
        LOSS
    }

    private final Metric metric;
    private final Task task;
    private final Loss loss;
    private final double nullLoss;

    private Skill(Metric metric, Task task, Loss loss, double nullLoss) {
        this.metric = metric;
        this.task = task;
        this.loss = loss;
        this.nullLoss = nullLoss;
    }

    /**
     * The metric of a task.
     *
     * @param original the unchanged plan, with its first weights
     */
    public static Skill of(TrainingPlan original) {
        Network network = original.network();
        Task task = original.data().task();
        Batches probe = original.data().probe();
        double nullLoss =
                network.scoresItself()
                        ? new Evaluator(network, original.loss(), task, probe).loss()
                        : nullLoss(original, original.loss());
        return new Skill(metric(original), task, original.loss(), nullLoss);
    }

    private static Metric metric(TrainingPlan original) {
        Network network = original.network();
        if (!network.hasMetrics()) {
            return Metric.LOSS;
        }
        boolean perStep = network.outputSteps() > 1;
        return switch (original.data().task()) {
            case REGRESSION -> Metric.R2;
            case MULTI_LABEL -> perStep ? Metric.LOSS : Metric.AUC;
            case CLASSIFICATION -> {
                if (perStep) {
                    yield Metric.LOSS;
                }
                yield network.outputs() <= 2 && hasRareClass(original)
                        ? Metric.AUC
                        : Metric.BALANCED_ACCURACY;
            }
        };
    }

    /** Whether one of two classes is rare among the training examples that are probed. */
    private static boolean hasRareClass(TrainingPlan original) {
        Batch batch = original.data().probe().get(0, 0);
        int outputs = original.network().outputs();
        double positive = 0;
        for (int row = 0; row < batch.rows(); row++) {
            positive += batch.targets().get(row * outputs + outputs - 1);
        }
        double share = positive / batch.rows();
        return Math.min(share, 1 - share) < RARE;
    }

    private static double nullLoss(TrainingPlan plan, Loss loss) {
        return new NullLoss(
                        plan.data().probe().get(0, 0),
                        plan.data().task(),
                        loss,
                        plan.network().outputs())
                .ofBestConstant();
    }

    /**
     * How good a network is.
     *
     * @param skill in [-1, 1]
     * @param relativeLoss in the original's loss, 1 for the best constant; infinite if it is no
     *     number
     * @param scores in the original's loss, on the scale of the targets that the network has
     * @param loss in the original's loss and on the scale of its targets
     */
    public record Measured(double skill, double relativeLoss, Scores scores, double loss) {}

    /**
     * Measures the network of a plan with the parameters that it has now.
     *
     * @param plan of the same task
     * @param part the examples
     */
    public Measured measure(TrainingPlan plan, Batches part) {
        Network network = plan.network();
        Scores scores = new Evaluator(network, loss, task, part).scores();
        // An edit may scale the targets, and the loss with them.
        double ownNull = network.scoresItself() ? nullLoss : nullLoss(plan, loss);
        double relative = scores.loss() / ownNull;
        if (!Double.isFinite(relative)) {
            relative = Double.POSITIVE_INFINITY;
        }
        double inOriginalScale = ownNull == nullLoss ? scores.loss() : relative * nullLoss;
        return new Measured(skill(scores, relative), relative, scores, inOriginalScale);
    }

    private double skill(Scores scores, double relativeLoss) {
        double value =
                switch (metric) {
                    case BALANCED_ACCURACY -> ofClasses(scores);
                    case AUC -> 2 * (scores.metrics().getOrDefault(AUC, Double.NaN) - 0.5);
                    case R2 -> scores.metrics().getOrDefault("r2", Double.NaN);
                    case LOSS -> 1 - relativeLoss;
                };
        if (metric == Metric.AUC && Double.isNaN(value) && Double.isFinite(scores.loss())) {
            value = 1 - relativeLoss;
        }
        return Double.isFinite(value) && Double.isFinite(scores.loss())
                ? Math.max(WORST, value)
                : WORST;
    }

    private static double ofClasses(Scores scores) {
        if (scores.confusion().isEmpty()) {
            // Of so many classes, a constant is right next to never.
            Map<String, Double> metrics = scores.metrics();
            double chance = 1.0 / Confusion.MOST_CLASSES;
            double accuracy = metrics.getOrDefault("accuracy", Double.NaN);
            return (accuracy - chance) / (1 - chance);
        }
        List<List<Long>> counts = scores.confusion().get().counts();
        double recalls = 0;
        int classes = 0;
        for (int i = 0; i < counts.size(); i++) {
            long all = counts.get(i).stream().mapToLong(Long::longValue).sum();
            if (all > 0) {
                recalls += (double) counts.get(i).get(i) / all;
                classes++;
            }
        }
        double chance = 1.0 / classes;
        return classes < 2 ? Double.NaN : (recalls / classes - chance) / (1 - chance);
    }
}
