/**
 * Signals to verdicts to causes.
 *
 * <p>{@link org.evengrad.diagnosis.HealthWatch} follows a run and judges it at its end. What is
 * measured, and when it is a verdict, stands in {@code docs/diagnosis.md}.
 */
package org.evengrad.diagnosis;
