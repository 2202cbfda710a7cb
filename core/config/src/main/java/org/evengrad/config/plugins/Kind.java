package org.evengrad.config.plugins;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.evengrad.spi.Activation;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Scheduler;

/**
 * The five kinds of strategy.
 *
 * @since 0.1.0
 */
public enum Kind {
    /** Sets the first weights. */
    INITIALIZER(Initializer.class),
    /** Follows a layer. */
    ACTIVATION(Activation.class),
    /** Changes the parameters. */
    OPTIMIZER(Optimizer.class),
    /** Changes the learning rate over time. */
    SCHEDULER(Scheduler.class),
    /** Inspects gradients. */
    GUARD(GradientGuard.class);

    private final Class<?> type;

    Kind(Class<?> type) {
        this.type = type;
    }

    /** The interface that a strategy of this kind implements. */
    public Class<?> type() {
        return type;
    }

    /** The word for one: {@code optimizer}. */
    public String singular() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The word for many, and the folder of their sources: {@code optimizers}. */
    public String folder() {
        return singular() + "s";
    }

    /** The word for one in a sentence: {@code an optimizer}, {@code a guard}. */
    public String withArticle() {
        return ("aeio".indexOf(singular().charAt(0)) < 0 ? "a " : "an ") + singular();
    }

    /** The kind that a word names, in the singular or the plural; empty if it names none. */
    public static Optional<Kind> of(String word) {
        return Arrays.stream(values())
                .filter(kind -> word.equals(kind.singular()) || word.equals(kind.folder()))
                .findFirst();
    }

    /** The kind whose interface this type is; empty if it is none of the five. */
    public static Optional<Kind> of(Class<?> type) {
        return Arrays.stream(values()).filter(kind -> kind.type == type).findFirst();
    }
}
