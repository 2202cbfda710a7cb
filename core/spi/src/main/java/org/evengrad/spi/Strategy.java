package org.evengrad.spi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names a strategy and says what it is. The generated documentation, the {@code strategies} command
 * and the messages about configuration all read this annotation; there is no second place for it.
 *
 * @since 0.1.0
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Strategy {
    /**
     * The name that a configuration uses, in kebab-case ({@code [a-z][a-z0-9]*(-[a-z0-9]+)*}) and
     * unique within its kind.
     */
    String name();

    /** One phrase without a full stop and without markup that tells a newcomer what it does. */
    String summary();

    /**
     * The rule in one line of plain text, with the names of the options: {@code w -= rate * m /
     * (sqrt(v) + epsilon)}. Norms are {@code norm(g)}, magnitudes {@code abs(x)}.
     */
    String formula();

    /** One phrase without a full stop that says when to choose it: what follows "Use it …". */
    String useWhen();

    /** One phrase without a full stop that says when not to: what follows "Avoid it …". */
    String avoidWhen();

    /** Where the method was published: a link to the paper, or to the text that defines it. */
    String reference();

    /** The version of the plugin's project in which the strategy first appeared. */
    String since();

    /**
     * The problems that it helps against: names of verdicts such as {@code vanishing-gradient}, or
     * {@code vanishing-gradient/weights} if it helps against them for that cause only. A repair
     * tries strategies that declare what a network suffers from, with their options as they are
     * without a word.
     */
    String[] helpsAgainst() default {};
}
