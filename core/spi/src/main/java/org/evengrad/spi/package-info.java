/**
 * What a plugin author sees: five interfaces and the types that they speak of.
 *
 * <p>A strategy is a public record that implements one of {@link org.evengrad.spi.Initializer},
 * {@link org.evengrad.spi.Activation}, {@link org.evengrad.spi.Optimizer}, {@link
 * org.evengrad.spi.Scheduler} and {@link org.evengrad.spi.GradientGuard}. It carries {@link
 * org.evengrad.spi.Strategy}; each of its components carries {@link org.evengrad.spi.Option}; its
 * public no-argument constructor holds its defaults and is the only place for them. It is found by
 * {@link java.util.ServiceLoader}.
 *
 * <p>Strategies work on plain {@code float[]} arrays. The engine owns the memory of the model and
 * hands each strategy one cache-sized piece of it at a time, so a strategy is a pure function and
 * needs nothing but the JDK.
 */
package org.evengrad.spi;
