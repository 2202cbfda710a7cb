package org.evengrad.engine.dl4j.imports;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.evengrad.config.plugins.Kind;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaBelief;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * One of DL4J's updaters as an optimizer of ours.
 *
 * @param optimizer with all options but the learning rate; empty if it has no equal
 * @param rate its learning rate
 * @param notes where the two differ
 */
record UpdateRule(Optional<StrategySettings> optimizer, LearningRate rate, List<String> notes) {
    /** The momentum decay from which on our nadam has a momentum of beta1 from the first step. */
    private static final double AT_ONCE = 1000;

    /** DL4J's AdaMax has the option and does not use it. */
    private static final double LEAST_EPSILON = 1e-20;

    /**
     * Reads an updater. Epsilon of Adam stands where the paper has it at the end of its section 2,
     * so it counts more in the first steps than in our adam; that is not worth a note.
     */
    static UpdateRule of(IUpdater updater) {
        if (updater instanceof Sgd sgd) {
            return rule(
                    "sgd", LearningRate.of(sgd.getLearningRate(), sgd.getLearningRateSchedule()));
        }
        if (updater instanceof NoOp) {
            // It leaves the gradient as it is, and the parameters move by it.
            return rule("sgd", LearningRate.of(1, null));
        }
        if (updater instanceof Nesterovs nesterov) {
            return nesterov(nesterov);
        }
        if (updater instanceof Adam adam) {
            return rule(
                    adam("adam", adam.getBeta1(), adam.getBeta2(), adam.getEpsilon()),
                    LearningRate.of(adam.getLearningRate(), adam.getLearningRateSchedule()));
        }
        if (updater instanceof AdaMax adaMax) {
            return rule(
                    adam("adamax", adaMax.getBeta1(), adaMax.getBeta2(), LEAST_EPSILON),
                    LearningRate.of(adaMax.getLearningRate(), adaMax.getLearningRateSchedule()));
        }
        if (updater instanceof Nadam nadam) {
            return rule(
                    adam("nadam", nadam.getBeta1(), nadam.getBeta2(), nadam.getEpsilon())
                            .with("momentum-decay", AT_ONCE),
                    LearningRate.of(nadam.getLearningRate(), nadam.getLearningRateSchedule()),
                    "DL4J's Nadam does not correct the mean of squares for its start at zero, so"
                            + " its first steps are longer than those of nadam");
        }
        if (updater instanceof AMSGrad amsgrad) {
            return rule(
                    adam("amsgrad", amsgrad.getBeta1(), amsgrad.getBeta2(), amsgrad.getEpsilon()),
                    LearningRate.of(amsgrad.getLearningRate(), amsgrad.getLearningRateSchedule()),
                    "DL4J's AMSGrad corrects its means for their start at zero, amsgrad does not,"
                            + " so the first steps differ in length");
        }
        if (updater instanceof AdaBelief belief) {
            return rule(
                    adam("adabelief", belief.getBeta1(), belief.getBeta2(), belief.getEpsilon()),
                    LearningRate.of(belief.getLearningRate(), belief.getLearningRateSchedule()));
        }
        if (updater instanceof AdaGrad adaGrad) {
            return rule(
                    optimizer("adagrad").with("epsilon", adaGrad.getEpsilon()),
                    LearningRate.of(adaGrad.getLearningRate(), adaGrad.getLearningRateSchedule()),
                    "the sum of squares of DL4J's AdaGrad starts at 1e-6, that of adagrad at zero,"
                            + " so its first steps are longer where gradients are tiny");
        }
        if (updater instanceof AdaDelta adaDelta) {
            return rule(
                    optimizer("adadelta")
                            .with("decay", adaDelta.getRho())
                            .with("epsilon", adaDelta.getEpsilon()),
                    LearningRate.of(1, null));
        }
        if (updater instanceof RmsProp rmsProp) {
            return rule(
                    optimizer("rmsprop")
                            .with("decay", rmsProp.getRmsDecay())
                            .with("epsilon", rmsProp.getEpsilon()),
                    LearningRate.of(rmsProp.getLearningRate(), rmsProp.getLearningRateSchedule()),
                    "the mean of squares of DL4J's RmsProp starts at epsilon, that of rmsprop at"
                            + " zero, so its first steps are longer where gradients are tiny");
        }
        return new UpdateRule(
                Optional.empty(),
                LearningRate.of(Double.NaN, null),
                List.of(
                        "the updater "
                                + updater.getClass().getSimpleName()
                                + " has no equal here; give an optimizer"));
    }

    private static UpdateRule nesterov(Nesterovs nesterov) {
        StrategySettings settings = optimizer("nesterov").with("momentum", nesterov.getMomentum());
        LearningRate rate =
                LearningRate.of(nesterov.getLearningRate(), nesterov.getLearningRateSchedule());
        if (nesterov.getMomentumISchedule() != null) {
            double first = nesterov.getMomentumISchedule().valueAt(0, 0);
            return rule(
                    optimizer("nesterov").with("momentum", first),
                    rate,
                    "the schedule of the momentum has no equal here; it stays at " + first);
        }
        return rate.scheduler().isEmpty()
                ? rule(settings, rate)
                : rule(
                        settings,
                        rate,
                        "DL4J's Nesterovs has the rate within its velocity, so a change of the"
                                + " rate acts later there than in nesterov");
    }

    private static UpdateRule rule(String name, LearningRate rate) {
        return rule(optimizer(name), rate);
    }

    private static UpdateRule rule(StrategySettings optimizer, LearningRate rate, String... notes) {
        return new UpdateRule(
                Optional.of(optimizer),
                rate,
                Stream.concat(Stream.of(notes), rate.note().stream()).toList());
    }

    private static StrategySettings adam(String name, double beta1, double beta2, double epsilon) {
        return optimizer(name).with("beta1", beta1).with("beta2", beta2).with("epsilon", epsilon);
    }

    private static StrategySettings optimizer(String name) {
        return StrategySettings.of(Kind.OPTIMIZER, name);
    }

    /** Whether the parameters that have them can have one optimizer. */
    boolean combinesWith(UpdateRule other) {
        return optimizer.isPresent()
                && optimizer.equals(other.optimizer)
                && rate.scheduler().equals(other.rate.scheduler());
    }

    /** The optimizer with this rule's learning rate, which stands first. */
    Optional<StrategySettings> withRate() {
        return optimizer.map(
                strategy -> {
                    StrategySettings complete =
                            StrategySettings.of(Kind.OPTIMIZER, strategy.name())
                                    .with("learning-rate", rate.rate());
                    for (Map.Entry<String, Object> option : strategy.options().entrySet()) {
                        complete = complete.with(option.getKey(), option.getValue());
                    }
                    return complete;
                });
    }
}
