package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.diagnosis.Progress.Stage;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * A loss that stays that of a constant prediction though signals pass and weights move. That is no
 * illness of gradients: it is the data, or what they are paired with.
 *
 * <p>A network may lower its loss on such data a little, or a lot, by learning rows by heart.
 * Weights that went far without lowering the loss on validation rows have learned nothing else.
 * Where there are no such rows, a fall of the training loss counts for nothing that so many
 * parameters bring about by chance: half of their number, in units of log-likelihood, if they fit
 * all of the training rows (Akaike, <a href="https://doi.org/10.1109/TAC.1974.1100705">A new look
 * at the statistical model identification</a>, 1974).
 */
final class FlatLoss implements Judge {
    /** Of the null loss. */
    static final double FLAT = 0.98;

    private static final long FEWEST_STEPS = 200;
    private static final double SHARE_OF_STEPS = 0.05;
    private static final double TRAVEL = 1e-2;
    private static final double LEAST_SIGNAL = 1e-5;

    /** Tensors that travel as far as they are large have had their chance. */
    private static final double FAR = 1;

    private static final double LARGEST_SHARE = 0.9;
    private static final double CONSTANT_SHARE = 0.5;

    @Override
    public Optional<Verdict> judge(Observations run) {
        LossHistory losses = run.losses();
        double needed = Math.max(FEWEST_STEPS, SHARE_OF_STEPS * run.subject().plannedSteps());
        double remaining = losses.newest() / losses.nullLoss();
        boolean flat = remaining > FLAT && !losses.stillLearning();
        if (run.progress().steps() < needed
                || !Double.isFinite(remaining)
                || !flat && !isByHeart(run, remaining)) {
            return Optional.empty();
        }
        boolean moves =
                run.movement()
                        .stillest(tensor -> true)
                        .map(s -> s.planned() >= TRAVEL)
                        .orElse(false);
        double signal = run.first().total();
        if (!moves || signal < LEAST_SIGNAL || run.signalExplodes()) {
            return Optional.empty();
        }
        Map<String, Evidence> evidence = new LinkedHashMap<>();
        evidence.put("lossOverNullLoss", new Evidence(remaining, FLAT));
        losses.heldOut()
                .ifPresent(ratio -> evidence.put("validationLoss", new Evidence(ratio, FLAT)));
        double gain = losses.logLikelihoodGain(run.subject().loss());
        double chance = run.subject().parametersPerTarget() / 2;
        if (!flat && losses.heldOut().isEmpty()) {
            evidence.put("gainOverChance", new Evidence(gain / chance, 1));
        }
        List<String> causes = new ArrayList<>();
        List<String> advice = new ArrayList<>();
        DataFacts data = run.subject().data();
        String cause = "labels";
        double constant =
                data.featureCount() == 0
                        ? 0
                        : (double) data.constantFeatures() / data.featureCount();
        if (constant > CONSTANT_SHARE) {
            cause = "constant-features";
            evidence.put("constantFeatures", new Evidence(constant, CONSTANT_SHARE));
            causes.add(
                    Phrases.number(constant)
                            + " of the features are constant"
                            + Phrases.beside(CONSTANT_SHARE));
            advice.add("data: features that vary, or look whether the file was read as meant");
        }
        if (data.largestShare() > LARGEST_SHARE) {
            cause = causes.isEmpty() ? "imbalance" : cause;
            evidence.put("largestClass", new Evidence(data.largestShare(), LARGEST_SHARE));
            causes.add(
                    Phrases.number(data.largestShare())
                            + " of the examples are of one class"
                            + Phrases.beside(LARGEST_SHARE));
            advice.add("training.class-weights = balanced");
        }
        if (!data.shuffled()) {
            cause = causes.isEmpty() ? "order" : cause;
            causes.add("the rows are not shuffled");
            advice.add("data.shuffle = true");
        }
        if (causes.isEmpty()) {
            causes.add(
                    "labels that do not belong to their rows look like this, which cannot be proven"
                            + " from here; so do features that say nothing about the target");
        }
        advice.add(
                "train on 50 rows until the loss is near 0: if that works, look whether labels and"
                        + " rows are still paired as they were read");
        boolean ended = run.progress().stage() == Stage.AFTER;
        return Optional.of(
                new Verdict(
                        Verdict.FLAT_LOSS,
                        ended ? Severity.ERROR : Severity.WARN,
                        List.of(),
                        cause,
                        evidence,
                        new Seeds(1, 1),
                        "After "
                                + run.progress().steps()
                                + " steps the loss is "
                                + Phrases.number(remaining)
                                + " of a constant prediction's"
                                + (flat ? Phrases.beside(FLAT) : byHeart(losses, gain / chance)),
                        "No illness of gradients: "
                                + Phrases.number(signal)
                                + " of the signal reaches the first layer, and all weights move."
                                + " Likely the data: "
                                + String.join("; ", causes),
                        advice));
    }

    /** Whether a loss that fell shows no more than rows that were learned by heart. */
    private static boolean isByHeart(Observations run, double remaining) {
        LossHistory losses = run.losses();
        double done = (double) run.progress().steps() / run.subject().plannedSteps();
        if (done < SlowConvergence.HALF || run.movement().most() < FAR) {
            return false;
        }
        if (losses.heldOut().isPresent()) {
            return losses.heldOut().getAsDouble() > FLAT;
        }
        return remaining > SlowConvergence.NOT_BEGUN
                && !losses.stillLearning()
                && losses.logLikelihoodGain(run.subject().loss())
                        <= run.subject().parametersPerTarget() / 2;
    }

    private static String byHeart(LossHistory losses, double gainOverChance) {
        return losses.heldOut().isPresent()
                ? ", and on validation rows never below "
                        + Phrases.number(losses.heldOut().getAsDouble())
                        + Phrases.beside(FLAT)
                        + ": rows are learned by heart"
                : ", which is "
                        + Phrases.number(gainOverChance)
                        + " of what as many parameters gain by chance"
                        + Phrases.beside(1);
    }
}
