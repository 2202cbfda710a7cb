package org.evengrad.engine.executor.layers;

import java.util.function.IntToDoubleFunction;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.GradientTask;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Worker;

/** A number for each channel, which a normalization has added up on its way back. */
record ChannelGradient(
        Floats gradient, int from, int size, boolean isStatistic, IntToDoubleFunction ofChannel)
        implements GradientTask {
    @Override
    public void run(Pass pass, Shard[] shards, Worker worker) {
        for (int channel = 0; channel < size; channel++) {
            gradient.buffer().put(from + channel, (float) ofChannel.applyAsDouble(channel));
        }
    }
}
