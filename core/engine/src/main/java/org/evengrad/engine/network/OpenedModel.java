package org.evengrad.engine.network;

import java.util.Optional;
import org.evengrad.config.ModelConfig.Loss;

/**
 * A model that was read from a zip.
 *
 * @param network with its trained parameters; closed by whoever opened it
 * @param loss what it was trained to minimize
 * @param evengradJson what Evengrad stored beside DL4J's configuration; empty for a model that DL4J
 *     saved by itself
 */
public record OpenedModel(Network network, Loss loss, Optional<String> evengradJson) {}
