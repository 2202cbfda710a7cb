package org.evengrad.engine.step;

/**
 * Everything that the next step depends on, apart from the data: a copy that later steps leave
 * alone.
 *
 * @param step batches seen
 * @param updates steps that changed the parameters
 * @param rateScale what roll-backs made of the learning rate
 * @param rate the learning rate of the last step
 * @param parameters in the network's order
 * @param slots what the optimizer remembers per parameter
 * @param scalars what the optimizer remembers for the model
 * @param sizes what is known of how large each tensor is
 * @param schedule what the schedule remembers
 * @param guards what each guard remembers
 * @param guardSlots what each guard remembers per parameter
 */
public record TrainingState(
        long step,
        long updates,
        double rateScale,
        double rate,
        float[] parameters,
        float[][] slots,
        double[] scalars,
        double[] sizes,
        double[] schedule,
        double[][] guards,
        float[][][] guardSlots) {}
