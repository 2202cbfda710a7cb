package org.evengrad.engine.dl4j;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.bind.StrategyReader;
import org.evengrad.config.bind.StrategyWriter;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.OptionType;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.plugins.StrategyType;
import org.evengrad.spi.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRationalTanh;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Finds DL4J's own class for an activation, so that a saved model opens without our jars. A plugin
 * may bear any name, so the class is used only when it computes the same numbers.
 */
final class Activations {
    private static final double TOLERANCE = 1e-5;

    /** The names under which DL4J has activations too. */
    private static final List<String> NAMES =
            List.of(
                    "identity",
                    "relu",
                    "relu6",
                    "leaky-relu",
                    "elu",
                    "selu",
                    "gelu",
                    "swish",
                    "mish",
                    "sigmoid",
                    "hard-sigmoid",
                    "tanh",
                    "hard-tanh",
                    "rational-tanh",
                    "softsign",
                    "softplus");

    private final StrategyRegistry registry;
    private final Map<IActivation, Optional<Activation>> found = new HashMap<>();

    Activations(StrategyRegistry registry) {
        this.registry = registry;
    }

    /** DL4J's class if it has one, else {@link StrategyActivation}. */
    IActivation of(Activation activation) {
        StrategyType type = registry.typeOf(activation);
        IActivation candidate = named(type.name(), option(type, activation));
        if (candidate != null && agreeing(candidate, activation)) {
            return candidate;
        }
        return new StrategyActivation(new StrategyWriter(registry).write(activation), activation);
    }

    /** Whether both compute the same numbers; asks once for all layers that have them. */
    private boolean agreeing(IActivation theirs, Activation ours) {
        Optional<Activation> function = found.get(theirs);
        if (function != null && function.equals(Optional.of(ours))) {
            return true;
        }
        boolean agree = agree(theirs, ours);
        if (agree) {
            found.put(theirs, Optional.of(ours));
        }
        return agree;
    }

    /**
     * Finds the strategy that computes what an activation of a model does; empty if none that is
     * installed computes the same numbers.
     */
    Optional<Activation> functionOf(IActivation activation) {
        return found.computeIfAbsent(activation, this::find);
    }

    private Optional<Activation> find(IActivation activation) {
        if (activation instanceof StrategyActivation strategy) {
            return Optional.of(strategy.resolved());
        }
        return NAMES.stream()
                .flatMap(name -> like(activation, name).stream())
                .filter(function -> agree(activation, function))
                .findFirst();
    }

    /** The strategy that DL4J has under a name, with the same option. */
    private Optional<Activation> like(IActivation activation, String name) {
        if (named(name, option(activation)).getClass() != activation.getClass()) {
            return Optional.empty();
        }
        return registry.find(Kind.ACTIVATION, name)
                .map(
                        type -> {
                            String option =
                                    type.options().size() == 1
                                            ? ", "
                                                    + type.options().get(0).key()
                                                    + " = "
                                                    + option(activation)
                                            : "";
                            String text = "{ use = " + name + option + " }";
                            return (Activation)
                                    new StrategyReader(registry)
                                            .read(Kind.ACTIVATION, text, Path.of("model"));
                        });
    }

    private static double option(IActivation activation) {
        if (activation instanceof ActivationLReLU leaky) {
            return leaky.getAlpha();
        }
        return activation instanceof ActivationELU elu ? elu.getAlpha() : 1;
    }

    /** The number that an activation with one option is made with; NaN agrees with nothing. */
    private static double option(StrategyType type, Activation activation) {
        List<OptionType> options = type.options();
        Object value = options.size() == 1 ? options.get(0).value((Record) activation) : null;
        return value instanceof Double number ? number : Double.NaN;
    }

    /** DL4J's activation of the name of a strategy; null if it has none. */
    private static IActivation named(String name, double option) {
        return switch (name) {
            case "identity" -> new ActivationIdentity();
            case "relu" -> new ActivationReLU();
            case "relu6" -> new ActivationReLU6();
            case "leaky-relu" -> new ActivationLReLU(option);
            case "elu" -> new ActivationELU(option);
            case "selu" -> new ActivationSELU();
            case "gelu" -> new ActivationGELU(true);
            case "swish" -> new ActivationSwish();
            case "mish" -> new ActivationMish();
            case "sigmoid" -> new ActivationSigmoid();
            case "hard-sigmoid" -> new ActivationHardSigmoid();
            case "tanh" -> new ActivationTanH();
            case "hard-tanh" -> new ActivationHardTanH();
            case "rational-tanh" -> new ActivationRationalTanh();
            case "softsign" -> new ActivationSoftSign();
            case "softplus" -> new ActivationSoftPlus();
            default -> null;
        };
    }

    private static boolean agree(IActivation theirs, Activation ours) {
        int size = 161;
        float[] x = new float[size];
        for (int i = 0; i < size; i++) {
            x[i] = (i - 80) / 8f + 0.01f;
        }
        float[] y = new float[size];
        float[] slope = new float[size];
        java.util.Arrays.fill(slope, 1);
        ours.forward(x, y, size);
        ours.backward(x, y, slope, size);
        INDArray in = Nd4j.createFromArray(x).reshape(1, size);
        float[] theirSlope =
                theirs.backprop(in.dup(), Nd4j.onesLike(in)).getFirst().toFloatVector();
        float[] theirY = theirs.getActivation(in.dup(), false).toFloatVector();
        for (int i = 0; i < size; i++) {
            if (!near(y[i], theirY[i]) || !near(slope[i], theirSlope[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean near(float a, float b) {
        return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b));
    }
}
