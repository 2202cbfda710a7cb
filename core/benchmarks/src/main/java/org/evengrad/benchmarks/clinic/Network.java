package org.evengrad.benchmarks.clinic;

/**
 * All of a configuration but its name, seed, data and length.
 *
 * @param layers the hidden ones, in the language of {@code model.layers}
 * @param activation follows each
 * @param initializer of the weights
 * @param optimizer what moves the weights
 * @param more further lines
 */
record Network(
        String layers, String activation, String initializer, String optimizer, String more) {
    static final String HE = "he";
    static final String XAVIER = "xavier";

    /** Without further lines. */
    Network(String layers, String activation, String initializer, String optimizer) {
        this(layers, activation, initializer, optimizer, "");
    }

    static String adam(double rate) {
        return optimizer("adam", rate);
    }

    static String sgd(double rate) {
        return optimizer("sgd", rate);
    }

    static String optimizer(String name, double rate) {
        return "{ use = " + name + ", learning-rate = " + rate + " }";
    }

    /** He's initializer with another variance of the weights times their fan than 2. */
    static String scaled(double scale) {
        return "{ use = variance-scaling, scale = "
                + scale
                + ", mode = fan-in, distribution = normal }";
    }

    static String dense(int width, int depth) {
        return "{ dense = " + width + ", repeat = " + depth + " }";
    }

    Network with(String line) {
        return new Network(layers, activation, initializer, optimizer, more + line + "\n");
    }

    Network optimizedBy(String other) {
        return new Network(layers, activation, initializer, other, more);
    }

    String text() {
        return """
        model.layers = [ %s ]
        activation = %s
        initializer = %s
        optimizer = %s
        %s\
        """
                .formatted(layers, activation, initializer, optimizer, more);
    }
}
