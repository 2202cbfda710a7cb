package org.evengrad.benchmarks.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.evengrad.diagnosis.repair.Edit;
import org.evengrad.diagnosis.repair.Edit.Kind;
import org.evengrad.diagnosis.repair.Patch;

/**
 * All that chance may change: what a doctor may, each with every sensible value, whatever ails the
 * patient.
 */
final class SearchSpace {
    private static final int MOST_EDITS = 3;
    private static final double LEAST_RATE = 1e-4;
    private static final double LARGEST_RATE = 1;
    private static final double LEAST_NORM = 0.1;
    private static final double LARGEST_NORM = 10;
    private static final List<String> INITIALIZERS =
            List.of("he", "xavier", "lecun", "orthogonal", "lsuv", "fixup");
    private static final List<String> ACTIVATIONS =
            List.of("relu", "leaky-relu", "elu", "selu", "gelu", "swish", "tanh", "sigmoid");
    private static final List<String> OPTIMIZERS =
            List.of("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw", "nadam");
    private static final List<String> SCHEDULERS = List.of("cosine", "one-cycle", "warmup");

    private final List<Dimension> dimensions = new ArrayList<>();

    /** Draws an edit. */
    private interface Dimension {
        Edit draw(RandomGenerator random);
    }

    /**
     * The space of a network.
     *
     * @param brought whether it was brought along: then what is built into it is overridden
     * @param special edits that make sense of this network alone, such as other layers
     */
    SearchSpace(boolean brought, List<Edit> special) {
        String prefix = brought ? "model.override." : "";
        among(Kind.INITIALIZER, prefix + "initializer", INITIALIZERS);
        among(Kind.ACTIVATION, prefix + "activation", ACTIVATIONS);
        dimensions.add(
                random ->
                        edit(
                                Kind.OPTIMIZER,
                                "optimizer",
                                "{ use = "
                                        + any(OPTIMIZERS, random)
                                        + ", learning-rate = "
                                        + between(LEAST_RATE, LARGEST_RATE, random)
                                        + " }"));
        if (!brought) {
            dimensions.add(
                    random ->
                            edit(
                                    Kind.LEARNING_RATE,
                                    "optimizer.learning-rate",
                                    between(LEAST_RATE, LARGEST_RATE, random)));
            among(Kind.NORMALIZATION, "model.normalization", List.of("batch", "layer"));
            among(Kind.RESIDUAL, "model.residual", List.of("true"));
            among(Kind.INITIALIZER, "bias-initializer", List.of("zeros"));
        }
        among(Kind.SCALING, "data.normalize", List.of("standard", "min-max"));
        among(Kind.SCHEDULER, "scheduler", SCHEDULERS);
        dimensions.add(
                random ->
                        edit(
                                Kind.GUARDS,
                                "guards",
                                "[ nonfinite, { use = clip-global-norm, max-norm = "
                                        + between(LEAST_NORM, LARGEST_NORM, random)
                                        + " } ]"));
        special.forEach(edit -> dimensions.add(random -> edit));
    }

    /** From one to three edits; each number is as likely as the others, and so is each kind. */
    Patch draw(RandomGenerator random) {
        int edits = 1 + random.nextInt(MOST_EDITS);
        Patch patch = Patch.NONE;
        while (patch.edits().size() < edits) {
            Edit next = dimensions.get(random.nextInt(dimensions.size())).draw(random);
            if (patch.edits().stream().noneMatch(edit -> excludes(edit.key(), next.key()))) {
                patch = patch.and(Patch.of(next));
            }
        }
        return patch;
    }

    /** Whether one key is the other, or inside it. */
    private static boolean excludes(String one, String other) {
        return (one + ".").startsWith(other + ".") || (other + ".").startsWith(one + ".");
    }

    private void among(Kind kind, String key, List<String> values) {
        dimensions.add(random -> edit(kind, key, any(values, random)));
    }

    private static String any(List<String> values, RandomGenerator random) {
        return values.get(random.nextInt(values.size()));
    }

    /** Each order of magnitude is as likely as the others. */
    private static String between(double least, double largest, RandomGenerator random) {
        double exponent = random.nextDouble() * Math.log(largest / least);
        return String.format(Locale.ROOT, "%.3g", least * Math.exp(exponent));
    }

    private static Edit edit(Kind kind, String key, String value) {
        return new Edit(kind, key, value, "drawn by chance", "");
    }
}
