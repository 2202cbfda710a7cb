package org.evengrad.diagnosis;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.diagnosis.DataFacts.Answers;
import org.evengrad.engine.network.LayerEnding;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;

/** A loss or an output that does not fit the targets. Known before the first step. */
final class LossMismatch implements Judge {
    private static final double ROWS = 0.01;
    private static final String SOFTMAX = "softmax";

    @Override
    public Optional<Verdict> judge(Observations run) {
        DataFacts data = run.subject().data();
        if (data.endings().isEmpty()) {
            return Optional.empty();
        }
        LayerEnding output = data.endings().get(data.endings().size() - 1);
        Answers answers = data.answers();
        boolean softmax = output.activation().equals(SOFTMAX);
        Loss loss = run.subject().loss();
        if (softmax && run.subject().outputs() == 1) {
            return mismatch(
                    output.layer(),
                    "one-unit-softmax",
                    new Evidence(1, 2),
                    "The softmax of one unit is always 1 (it needs at least 2)",
                    "Whatever the weights are, the answer is the same",
                    "model.loss = binary-cross-entropy, which brings a sigmoid, or two outputs");
        }
        Optional<LayerEnding> before = beforeOutput(data.endings());
        if (softmax && before.isPresent() && before.get().activation().equals(SOFTMAX)) {
            return mismatch(
                    before.get().layer(),
                    "doubled-softmax",
                    new Evidence(2, 1),
                    "A softmax feeds the softmax of "
                            + output.layer()
                            + ": 2 in a row (threshold 1)",
                    "The second one gets numbers between 0 and 1 only, so its answers stay near"
                            + " even, and gradients shrink twice",
                    "take the softmax off " + before.get().layer() + " (activation = identity)");
        }
        double several = answers.share(answers.severalLabels());
        if (softmax && several > ROWS) {
            return mismatch(
                    output.layer(),
                    "softmax-on-several-labels",
                    new Evidence(several, ROWS),
                    Phrases.number(several)
                            + " of the rows have several labels"
                            + Phrases.beside(ROWS)
                            + ", and the output is a softmax",
                    "A softmax shares 1 among the labels, so it cannot say yes to two of them",
                    "model.loss = binary-cross-entropy, which brings a sigmoid for each label");
        }
        double one = answers.share(answers.oneLabel());
        boolean perUnit = output.highest() == 1 && output.lowest() == 0 && !softmax;
        boolean classes = run.subject().outputs() > 2 && one > 1 - ROWS;
        if (loss == Loss.CROSS_ENTROPY && perUnit && run.subject().outputs() > 1) {
            return mismatch(
                    output.layer(),
                    "sigmoid-with-cross-entropy",
                    new Evidence(one, ROWS),
                    "The loss is the cross-entropy of several classes, and the output a "
                            + output.activation()
                            + " for each: "
                            + Phrases.number(one)
                            + " of the rows have one class"
                            + Phrases.beside(ROWS),
                    "Only the right class's answer is in that loss; the others are free to be 1"
                            + " too",
                    "model.output.match-loss = true, which brings a softmax (Java:"
                            + " Activation.SOFTMAX)");
        }
        if (loss == Loss.BINARY_CROSS_ENTROPY
                && classes
                && run.subject().task() == Task.CLASSIFICATION) {
            return mismatch(
                    output.layer(),
                    "sigmoid-with-classes",
                    new Evidence(one, 1 - ROWS),
                    Phrases.number(one)
                            + " of the rows have exactly one of "
                            + run.subject().outputs()
                            + " classes"
                            + Phrases.beside(1 - ROWS)
                            + ", and the output answers yes or no to each",
                    "Answers that say no to all are nearly right in most outputs",
                    "model.loss = cross-entropy, which brings a softmax");
        }
        double out = answers.share(answers.outOfRange());
        if (out > ROWS) {
            return mismatch(
                    output.layer(),
                    "targets-out-of-range",
                    new Evidence(out, ROWS),
                    Phrases.number(out)
                            + " of the rows have targets that "
                            + output.activation()
                            + " cannot give: it ends at "
                            + Phrases.number(output.lowest())
                            + " and "
                            + Phrases.number(output.highest())
                            + Phrases.beside(ROWS),
                    "No weights reach them, and on the way there the output saturates",
                    "model.output.activation = identity, or scale the targets into the range");
        }
        return Optional.empty();
    }

    /** The last layer before the output that does something to its numbers. */
    private static Optional<LayerEnding> beforeOutput(List<LayerEnding> endings) {
        for (int i = endings.size() - 2; i >= 0; i--) {
            LayerEnding ending = endings.get(i);
            if (ending.weights() || !ending.activation().equals("identity")) {
                return Optional.of(ending);
            }
        }
        return Optional.empty();
    }

    private static Optional<Verdict> mismatch(
            String layer, String cause, Evidence number, String what, String why, String advice) {
        return Optional.of(
                new Verdict(
                        Verdict.LOSS_MISMATCH,
                        Severity.ERROR,
                        List.of(layer),
                        cause,
                        Map.of(evidenceName(cause), number),
                        new Seeds(1, 1),
                        what,
                        why,
                        List.of(advice)));
    }

    private static String evidenceName(String cause) {
        return switch (cause) {
            case "one-unit-softmax" -> "outputs";
            case "doubled-softmax" -> "softmaxes";
            default -> "shareOfRows";
        };
    }
}
