package org.evengrad.diagnosis.repair;

/**
 * One change to a configuration.
 *
 * @param kind what it changes
 * @param key of the configuration, whose value is replaced as a whole
 * @param value that stands there instead, as HOCON
 * @param reason why, one phrase
 * @param java the calls that make the same change to a network that a program builds
 */
public record Edit(Kind kind, String key, String value, String reason, String java) {
    /** What an edit changes. A patch has at most one edit of a key. */
    public enum Kind {
        /** The first weights or biases. */
        INITIALIZER,
        /** What follows hidden layers. */
        ACTIVATION,
        /** What moves the parameters, with its rate. */
        OPTIMIZER,
        /** The rate alone. */
        LEARNING_RATE,
        /** How the rate changes over time. */
        SCHEDULER,
        /** What inspects gradients: the whole chain. */
        GUARDS,
        /** What follows hidden layers with weights, before their activation. */
        NORMALIZATION,
        /** Paths around layers. */
        RESIDUAL,
        /** The scale of features or targets. */
        SCALING,
        /** What is minimized. */
        LOSS,
        /** The output layer. */
        OUTPUT,
        /** The layers themselves. */
        LAYERS,
        /** How long training lasts. */
        LENGTH
    }
}
