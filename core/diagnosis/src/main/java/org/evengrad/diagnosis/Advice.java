package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.engine.train.Verdict;

/** What to change, by the cause: the config key, and the Java call. */
final class Advice {
    static final String RELU =
            "activation = relu and initializer = he (Java: new Relu(), new He())";
    static final String HE = "initializer = he (Java: new He())";
    static final String XAVIER = "initializer = xavier (Java: new Xavier())";
    static final String WIDER = "model.layers: wider layers, or fewer of them";
    static final String NORMALIZE =
            "model.normalization = batch (Java: Normalization.BATCH), which keeps signals at one"
                    + " size";
    static final String RESIDUAL =
            "model.residual = true (Java: a residual block around each layer), so that signals"
                    + " can go around layers";
    static final String SMALLER_BRANCHES =
            "initializer = fixup (Java: new Fixup()), which begins with branches that add nothing";
    static final String ADAM =
            "optimizer { use = adam, learning-rate = 0.001 } (Java: new"
                    + " Adam().withLearningRate(1e-3)), which rescales small gradients";
    static final String STANDARDIZE =
            "data.normalize = standard (Java: standardize features and targets before they are"
                    + " trained on)";
    static final String ZERO_BIAS =
            "bias-initializer = zeros (Java: new Zeros()), or one above zero";
    static final String LEAKY = "activation = leaky-relu (Java: new LeakyRelu()), which cannot die";
    static final String GATED =
            "model.layers: { lstm = N } or { gru = N } in place of { simple-rnn = N } (Java: new"
                    + " LSTM.Builder()), whose gates can keep a state";
    static final String ORTHOGONAL =
            "initializer = orthogonal (Java: new Orthogonal()) for the recurrent weights";

    private Advice() {}

    /** The same with the keys that change a model which was brought along. */
    static Verdict forBrought(Verdict verdict) {
        return new Verdict(
                verdict.problem(),
                verdict.severity(),
                verdict.layers(),
                verdict.cause(),
                verdict.evidence(),
                verdict.seeds(),
                verdict.firstStep(),
                verdict.what(),
                verdict.why(),
                verdict.advice().stream().map(Advice::overriding).toList());
    }

    private static String overriding(String advice) {
        String first = advice.replaceFirst("^(activation|initializer) = ", "model.override.$1 = ");
        return first.replace(" and initializer = ", " and model.override.initializer = ");
    }

    /** Against signals that shrink. */
    static List<String> againstShrinking(Blame blame, Subject subject) {
        List<String> advice = new ArrayList<>();
        switch (blame.cause()) {
            case Blame.TOO_NARROW -> advice.add(WIDER);
            case Blame.SATURATION -> {
                advice.add(XAVIER);
                advice.add(NORMALIZE);
            }
            case Blame.STRUCTURE -> advice.add("model.layers: less pooling between layers");
            default -> {
                boolean relu = subject.usesRelu();
                String weights = relu ? HE : XAVIER;
                boolean flat = !relu && !blame.cause().equals(Blame.WEIGHTS);
                advice.add(flat ? RELU : weights);
                if (blame.narrow()) {
                    advice.add(WIDER);
                }
                advice.add(RESIDUAL);
            }
        }
        if (subject.family() == OptimizerFamily.PROPORTIONAL) {
            advice.add(ADAM);
        }
        return advice;
    }

    /** Against signals that grow. */
    static List<String> againstGrowing(Blame blame, Subject subject) {
        if (blame.cause().equals(Blame.RESIDUAL_BRANCHES)) {
            return List.of(SMALLER_BRANCHES, NORMALIZE, Phrases.clip());
        }
        return List.of(subject.usesRelu() ? HE : XAVIER, RESIDUAL, Phrases.clip());
    }
}
