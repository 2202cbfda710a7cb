package org.evengrad.operations;

import org.evengrad.engine.run.RunFolder;
import org.evengrad.engine.train.TrainingResult;

/**
 * A run that has ended.
 *
 * @param result how it went
 * @param folder what it left behind
 */
public record TrainedRun(TrainingResult result, RunFolder folder) {}
