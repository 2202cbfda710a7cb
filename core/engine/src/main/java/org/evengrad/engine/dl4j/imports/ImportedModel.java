package org.evengrad.engine.dl4j.imports;

import org.deeplearning4j.nn.api.Model;

/**
 * A model that was read, and how it wants to be trained.
 *
 * @param model a MultiLayerNetwork or a ComputationGraph of 32-bit floats, with its parameters
 * @param settings from the model, and from what the file says besides
 */
public record ImportedModel(Model model, ModelSettings settings) {}
