package org.evengrad.benchmarks;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.evengrad.spi.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.factory.Nd4j;

/** DL4J's own function of the same name. */
final class Counterpart {
    /** How far the outputs of one function may lie apart: DL4J's GELU is an approximation. */
    private static final double APART = 0.03;

    private Counterpart() {}

    /**
     * Finds it.
     *
     * @param name the name of our activation
     * @throws IllegalStateException if DL4J computes another function under that name
     */
    static Optional<IActivation> of(String name) {
        String theirName = name.replace("-", "").toUpperCase(Locale.ROOT);
        Optional<IActivation> found =
                Stream.of(org.nd4j.linalg.activations.Activation.values())
                        .filter(theirs -> theirs.name().equals(theirName))
                        .findFirst()
                        .map(org.nd4j.linalg.activations.Activation::getActivationFunction);
        found.ifPresent(theirs -> check(name, theirs));
        return found;
    }

    private static void check(String name, IActivation theirs) {
        Activation ours = Installed.activation(name);
        float[] x = new float[161];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i - 80) / 8f;
        }
        float[] y = new float[x.length];
        ours.forward(x, y, x.length);
        float[] theirY =
                theirs.getActivation(Nd4j.createFromArray(x).reshape(1, x.length), true)
                        .toFloatVector();
        for (int i = 0; i < x.length; i++) {
            if (!(Math.abs(y[i] - theirY[i]) <= APART)) {
                throw new IllegalStateException(
                        name + " at " + x[i] + " is " + y[i] + ", and DL4J's is " + theirY[i]);
            }
        }
    }
}
