package org.evengrad.diagnosis.repair;

import java.util.List;
import java.util.Optional;
import org.evengrad.config.HealthConfig;
import org.evengrad.config.HealthConfig.OnVerdict;
import org.evengrad.config.TrainingConfig;
import org.evengrad.config.TrainingConfig.Keep;
import org.evengrad.engine.plan.TrainingData;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.StepContext;

/** What of a plan an arm needs. All forms share the network of the plan that they are made from. */
final class LegPlan {
    private LegPlan() {}

    /**
     * Without the test part, and with a look at the validation part after each epoch only if
     * training depends on it.
     *
     * @param keepsBest whether the parameters of the best epoch count, should the plan say so
     */
    static TrainingPlan lean(TrainingPlan plan, boolean keepsBest) {
        TrainingConfig training = plan.training();
        Keep keep = keepsBest ? training.keep() : Keep.LAST;
        boolean looks =
                keep == Keep.BEST || training.earlyStop().isPresent() || scheduleListens(plan);
        TrainingData data = plan.data();
        return with(
                plan,
                new TrainingData(
                        data.toTrain(),
                        data.probe(),
                        looks ? data.validation() : Optional.empty(),
                        Optional.empty(),
                        data.probe(),
                        data.task(),
                        data.classes(),
                        data.split()),
                new TrainingConfig(
                        training.epochs(),
                        training.steps(),
                        training.threads(),
                        training.earlyStop(),
                        keep,
                        Optional.empty(),
                        training.classWeights(),
                        training.truncate(),
                        training.timeReduction()));
    }

    /** As it is, but that no verdict ends or changes training: that is not what is compared. */
    static TrainingPlan whole(TrainingPlan plan) {
        return plan.health().onVerdict() == OnVerdict.WARN
                ? plan
                : with(plan, plan.data(), plan.training());
    }

    private static TrainingPlan with(
            TrainingPlan plan, TrainingData data, TrainingConfig training) {
        HealthConfig health = plan.health();
        // The constructor adds what the network says of itself once more.
        List<String> notes =
                plan.notes().subList(0, plan.notes().size() - plan.network().fallbacks().size());
        return new TrainingPlan(
                plan.name(),
                plan.seed(),
                plan.threads(),
                plan.config(),
                data,
                plan.network(),
                plan.loss(),
                plan.penalties(),
                plan.strategies(),
                plan.horizon(),
                training,
                new HealthConfig(
                        OnVerdict.WARN, health.budget(), health.ignore(), health.badBatch()),
                plan.firstWeights(),
                notes);
    }

    private static boolean scheduleListens(TrainingPlan plan) {
        Schedule schedule = plan.scheduler().start(plan.horizon());
        try {
            return schedule.getClass()
                            .getMethod("evaluated", double.class, StepContext.class)
                            .getDeclaringClass()
                    != Schedule.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("every schedule has the method", e);
        }
    }
}
