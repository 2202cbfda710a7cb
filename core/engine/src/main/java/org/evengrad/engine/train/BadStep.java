package org.evengrad.engine.train;

import java.util.Optional;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.network.PassTrace;

/**
 * A step whose loss or gradient was not finite, looked into.
 *
 * @param step which one, from 1
 * @param epoch the epoch that it belongs to, from 1
 * @param batch the batch's index in the epoch, from 0
 * @param drawSeed what the network drew from, as dropout does
 * @param batchSha256 of the numbers that the network was given: features, targets and mask
 * @param rowOrder the rows of the data set in the order in which they lie in the batch; empty if
 *     there is no such data set
 * @param rows the same rows, to be written; empty if there is no such data set
 * @param trace the pass, up to the first bad array
 */
public record BadStep(
        long step,
        int epoch,
        int batch,
        long drawSeed,
        String batchSha256,
        Optional<int[]> rowOrder,
        Optional<DataPart> rows,
        PassTrace trace) {}
