package org.evengrad.diagnosis;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a layer does to signals, over all initializations that were looked at. Gains are those of
 * the initializations in which something arrived at the layer.
 *
 * @param name the layer's name
 * @param forwardVariance the variance of its output over units and examples
 * @param backwardGain by how much it multiplies the norm of the gradient, on the way from its own
 *     output to that of the layer before; the product of the next three
 * @param weightGain its weights' part
 * @param activationGain its activation's part
 * @param structureGain the part of what lies between it and the layer before
 * @param zeroShare the share of initializations in which nothing arrives at the layer
 * @param deadShare the median share of units that pass nothing on any example of the batch
 * @param saturatedShare the median share of pairs of unit and example with next to no slope
 * @param horizon of a recurrent layer: the first lag, in time steps, at which the median gain is
 *     below 1e-3; empty if there is none within the sequence, or no time
 * @param branchRatio of a residual block, at the last layer inside: what its branch does to the
 *     signal, against what goes around
 * @param blamed whether a verdict names it
 */
public record LayerHealth(
        String name,
        Quartiles forwardVariance,
        Quartiles backwardGain,
        Quartiles weightGain,
        Quartiles activationGain,
        Quartiles structureGain,
        double zeroShare,
        double deadShare,
        double saturatedShare,
        OptionalInt horizon,
        OptionalDouble branchRatio,
        boolean blamed) {}
