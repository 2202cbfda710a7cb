/**
 * Data sources, splits, normalization and the order of batches, on plain memory and files.
 *
 * <p>Everything here depends on the configuration, the files and the seed alone, so a run can be
 * repeated. What is wrong with the user's data is reported as {@link
 * org.evengrad.config.problem.InvalidInputException}.
 */
package org.evengrad.engine.data;
