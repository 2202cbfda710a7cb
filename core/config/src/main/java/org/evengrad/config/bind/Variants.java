package org.evengrad.config.bind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says how a configuration chooses among the records that a sealed interface permits.
 *
 * <p>With a {@link #key()}, its value names the record in kebab-case, and the record's keys stand
 * beside it in the enclosing object: {@code { source = blobs, samples = 1000 }}. Without one, the
 * first component's key chooses: {@code { dense = 64, repeat = 2 }}.
 *
 * @since 0.1.0
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Variants {
    /** What a message calls one of them: {@code layer}. */
    String noun();

    /** The key whose value chooses. Empty: the key of the first component does. */
    String key() default "";
}
