package org.evengrad.engine.executor;

import java.util.Optional;

/**
 * A batch as the network is given it.
 *
 * @param rows how many examples
 * @param steps how many time steps they have; 1 if none
 * @param features example by example; of a sequence {@code [features][steps]}
 * @param targets example by example; with one for each time step {@code [outputs][steps]}
 * @param featureMask rows x steps, 0 where a time step is padding; empty if none is
 * @param targetMask rows x steps, or rows: what the loss of each is multiplied by
 */
public record Examples(
        int rows,
        int steps,
        Floats features,
        Floats targets,
        Optional<Floats> featureMask,
        Optional<Floats> targetMask) {}
