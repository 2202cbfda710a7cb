package org.evengrad.diagnosis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.engine.network.BadValue.Cause;
import org.evengrad.engine.train.Ending;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;

/** A NaN or an infinity in the loss or a gradient: where the first one arose, and why. */
final class NonFinite implements Judge {
    @Override
    public Optional<Verdict> judge(Observations run) {
        long step = run.movement().firstBadStep();
        if (step == 0) {
            return Optional.empty();
        }
        // What other orders of batches get over was bad luck.
        boolean fatal =
                run.progress().diverged()
                        || !Double.isFinite(run.losses().newest())
                                && !(run.progress().isBefore() && run.learns());
        Map<String, Evidence> evidence = new LinkedHashMap<>();
        evidence.put("firstStep", new Evidence(step, 0));
        evidence.put("skippedSteps", new Evidence(run.progress().skippedSteps(), 0));
        return Optional.of(
                new Verdict(
                        Verdict.NON_FINITE,
                        fatal ? Severity.ERROR : Severity.WARN,
                        layers(run),
                        cause(run),
                        evidence,
                        new Seeds(1, 1),
                        step,
                        "NaN or infinity first at step "
                                + step
                                + " in "
                                + place(run)
                                + skipped(run.progress()),
                        why(run),
                        advice(run)));
    }

    private static List<String> layers(Observations run) {
        return run
                .movement()
                .firstBad()
                .map(FirstBad::layer)
                .or(() -> run.firstBadPlace().map(Subject.TensorPlace::layer))
                .filter(layer -> !layer.isEmpty())
                .stream()
                .toList();
    }

    private static String cause(Observations run) {
        return run.movement()
                .firstBad()
                .map(first -> KebabCase.of(first.cause()))
                .orElse(run.grewBeforeItBroke() ? "overflow" : "unknown");
    }

    private static String place(Observations run) {
        return run.movement()
                .firstBad()
                .map(FirstBad::place)
                .or(() -> run.firstBadPlace().map(Subject.TensorPlace::name))
                .orElse("the loss");
    }

    private static String why(Observations run) {
        String grew =
                run.grewBeforeItBroke()
                        ? "Signals or updates were large before it: values ran away until a product"
                                + " overflowed"
                        : "Nothing before it was unusual: look at the batch of that step, and at"
                                + " the loss";
        return run.movement()
                .firstBad()
                .map(FirstBad::why)
                .map(why -> Character.toUpperCase(why.charAt(0)) + why.substring(1))
                .orElse(grew);
    }

    private static List<String> advice(Observations run) {
        Cause cause = run.movement().firstBad().map(FirstBad::cause).orElse(Cause.OVERFLOW);
        return switch (cause) {
            case BAD_FEATURES, BAD_TARGETS ->
                    List.of("Correct those rows of the data, or leave them out");
            case EMPTY_BATCH, ALL_MASKED ->
                    List.of(
                            "Leave out examples of which no time step counts, or correct their"
                                    + " mask");
            case LOG_OF_ZERO ->
                    List.of(
                            "End the model in softmax or sigmoid, whose loss bounds predictions:"
                                    + " model.loss = cross-entropy, or binary-cross-entropy");
            case BAD_PARAMETERS ->
                    List.of(
                            "If the parameters were brought along, look at them; if a step did"
                                    + " it, guards = [ nonfinite ] drops such steps",
                            Phrases.lowerRate(run.subject().optimizer()));
            case UNDEFINED ->
                    List.of(
                            "Look at what that layer computes on such numbers: an activation"
                                    + " outside of its domain, or a division by zero");
            case OVERFLOW -> List.of(Phrases.lowerRate(run.subject().optimizer()), Phrases.clip());
        };
    }

    private static String skipped(Progress progress) {
        return progress.isBefore()
                ? " of those that were tried"
                : "; "
                        + progress.skippedSteps()
                        + " of "
                        + progress.steps()
                        + " steps were skipped"
                        + progress.ending()
                                .flatMap(Ending::detail)
                                .map(detail -> "; " + detail)
                                .orElse("");
    }
}
