/**
 * One training step: statistics, guards, optimizer, on flat memory and without allocation.
 *
 * <p>{@link org.evengrad.engine.step.TrainingStep} runs it; {@link
 * org.evengrad.engine.step.StepRecord} is what it leaves behind.
 */
package org.evengrad.engine.step;
