/**
 * Signals to verdicts to causes.
 *
 * <p>{@link org.evengrad.diagnosis.Checkup} looks at a network before its first step, and {@link
 * org.evengrad.diagnosis.HealthWatch} follows a run; the same judges read what either measured.
 * What that is, and when it is a verdict, stands in {@code docs/diagnosis.md}.
 */
package org.evengrad.diagnosis;
