/**
 * Loss and metrics of predictions, gathered batch by batch in double precision.
 *
 * <p>{@link org.evengrad.engine.metrics.Scoring} is the entry.
 */
package org.evengrad.engine.metrics;
