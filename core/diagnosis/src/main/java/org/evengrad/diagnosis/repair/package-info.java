/**
 * Repair as an experiment with a control: candidates from the causes, paired trainings on the same
 * data, a proof on fresh seeds, and the smallest patch that a person can read.
 */
package org.evengrad.diagnosis.repair;
