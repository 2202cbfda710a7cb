package org.evengrad.config.bind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says how a configuration writes one component of a record. Without it the key is the component's
 * name in kebab-case, and it must be given unless the component is an {@link java.util.Optional}.
 *
 * @since 0.1.0
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {
    /** The key. Empty: the component's name in kebab-case. */
    String name() default "";

    /** What an absent key means, as HOCON. Empty: there is no default. */
    String absent() default "";

    /** The allowed numbers, as in {@link org.evengrad.spi.Option#range()}. */
    String range() default "";

    /** A regular expression that a text must match as a whole. Empty: any text. */
    String pattern() default "";

    /** What {@link #pattern()} allows, in words that end the sentence "must be". */
    String patternMeaning() default "";
}
