package org.evengrad.spi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes one option of a strategy, which is one component of its record. The key in a
 * configuration is the component's name in kebab-case: {@code learningRate} is {@code
 * learning-rate}.
 *
 * <p>A component is a {@code boolean}, {@code int}, {@code long}, {@code double}, {@link String},
 * an enum, a {@code List<Double>}, a {@link Span}, a {@link java.time.Duration}, a strategy, or a
 * list of strategies.
 *
 * @since 0.1.0
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Option {
    /**
     * One phrase without a full stop that says what the option does, with its unit if it has one.
     */
    String help();

    /**
     * The allowed numbers as an interval, for example {@code "[0, 1)"} or {@code "(0, inf)"}. A
     * square bracket includes the bound, a round one leaves it out. Applies to numbers, to the
     * amount of a {@link Span}, to the seconds of a duration, and to each element of a list. Empty:
     * any finite number.
     */
    String range() default "";
}
