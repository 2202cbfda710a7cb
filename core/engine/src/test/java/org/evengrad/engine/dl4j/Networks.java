package org.evengrad.engine.dl4j;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.engine.network.LayerPlan;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.NetworkPlan;
import org.evengrad.spi.Activation;

/** Small networks, and numbers to fill them with. */
final class Networks {
    /** Our own strategies and {@link Bend}. */
    static final StrategyRegistry REGISTRY =
            PluginLoader.load(Networks.class.getClassLoader(), List.of(), List.of(new Bend()));

    static final Dl4jNetworkBuilder BUILDER = new Dl4jNetworkBuilder(REGISTRY);

    private Networks() {}

    /** A plan with the same activation behind every hidden layer. */
    static NetworkPlan plan(Activation activation, Loss loss, int... widths) {
        return plan(activation, loss, Optional.empty(), true, widths);
    }

    static NetworkPlan plan(
            Activation activation,
            Loss loss,
            Optional<Activation> outputActivation,
            boolean bias,
            int... widths) {
        List<LayerPlan> hidden = new ArrayList<>();
        for (int i = 1; i < widths.length - 1; i++) {
            hidden.add(new LayerPlan.Dense("dense-" + i, widths[i], Optional.of(activation)));
        }
        return new NetworkPlan(
                List.of(widths[0]),
                hidden,
                new NetworkPlan.Output(
                        "output", widths[widths.length - 1], loss, outputActivation, bias));
    }

    /** Builds on one thread. */
    static Network build(NetworkPlan plan) {
        return BUILDER.build(plan, 1);
    }

    /** Fills all parameters with normal random numbers. */
    static void fill(Network network, long seed, double scale) {
        float[] values = gaussians(seed, network.parameters().limit(), scale);
        network.parameters().put(0, values, 0, values.length);
    }

    static float[] gaussians(long seed, int size, double scale) {
        Random random = new Random(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    /** Rows of normal random numbers. */
    static float[][] examples(long seed, int rows, int width) {
        float[][] examples = new float[rows][];
        for (int row = 0; row < rows; row++) {
            examples[row] = gaussians(seed * 1000 + row, width, 1);
        }
        return examples;
    }

    /** Rows that a loss can have as targets. */
    static float[][] targets(long seed, int rows, int width, Loss loss) {
        Random random = new Random(seed);
        float[][] targets = new float[rows][width];
        for (float[] row : targets) {
            switch (loss) {
                case CROSS_ENTROPY -> row[random.nextInt(width)] = 1;
                case BINARY_CROSS_ENTROPY -> row[0] = random.nextInt(2);
                case MSE, MAE, HUBER ->
                        System.arraycopy(gaussians(random.nextLong(), width, 1), 0, row, 0, width);
            }
        }
        return targets;
    }

    /** A batch with these rows. */
    static Network.Batch batch(Network network, float[][] examples, float[][] targets) {
        Network.Batch batch = network.batch(examples.length);
        put(examples, batch.features());
        put(targets, batch.targets());
        return batch;
    }

    private static void put(float[][] rows, FloatBuffer into) {
        into.rewind();
        for (float[] row : rows) {
            into.put(row);
        }
    }

    static float[] copy(FloatBuffer buffer) {
        float[] values = new float[buffer.limit()];
        buffer.get(0, values, 0, values.length);
        return values;
    }

    static double[] doubles(FloatBuffer buffer) {
        double[] values = new double[buffer.limit()];
        for (int i = 0; i < values.length; i++) {
            values[i] = buffer.get(i);
        }
        return values;
    }
}
