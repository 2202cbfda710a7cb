package org.evengrad.engine.dl4j;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import org.evengrad.spi.Activation;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Stands in a DL4J network for an activation that DL4J does not have. The saved configuration holds
 * the strategy as HOCON text; after reading, the engine resolves it from its registry.
 */
public final class StrategyActivation extends BaseActivationFunction {
    private static final long serialVersionUID = 1L;
    private static final int CHUNK = 4096;

    private final String strategy;
    @JsonIgnore private transient Activation activation;

    /**
     * An activation that is still to be resolved.
     *
     * @param strategy the HOCON text, {@code { use = …, … }}
     */
    public StrategyActivation(@JsonProperty("strategy") String strategy) {
        this.strategy = strategy;
    }

    StrategyActivation(String strategy, Activation activation) {
        this.strategy = strategy;
        this.activation = activation;
    }

    /** The strategy as HOCON text. */
    @JsonProperty("strategy")
    public String strategy() {
        return strategy;
    }

    void resolve(Activation resolved) {
        activation = resolved;
    }

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
        Activation function = resolved();
        INDArray x = in.isView() ? in.dup(in.ordering()) : in;
        FloatBuffer values = NativeFloats.of(x);
        float[] piece = new float[CHUNK];
        for (int from = 0; from < values.limit(); from += CHUNK) {
            int size = Math.min(CHUNK, values.limit() - from);
            values.get(from, piece, 0, size);
            function.forward(piece, piece, size);
            values.put(from, piece, 0, size);
        }
        Reference.reachabilityFence(x);
        if (x != in) {
            in.assign(x);
        }
        return in;
    }

    @Override
    public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
        assertShape(in, epsilon);
        Activation function = resolved();
        INDArray x = in.dup('c');
        INDArray gradient = epsilon.dup('c');
        FloatBuffer values = NativeFloats.of(x);
        FloatBuffer gradients = NativeFloats.of(gradient);
        float[] input = new float[CHUNK];
        float[] output = new float[CHUNK];
        float[] slope = new float[CHUNK];
        for (int from = 0; from < values.limit(); from += CHUNK) {
            int size = Math.min(CHUNK, values.limit() - from);
            values.get(from, input, 0, size);
            gradients.get(from, slope, 0, size);
            function.forward(input, output, size);
            function.backward(input, output, slope, size);
            gradients.put(from, slope, 0, size);
        }
        // The buffers do not keep the arrays' memory alive.
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(gradient);
        return new Pair<>(gradient, null);
    }

    /** The function. */
    Activation resolved() {
        if (activation == null) {
            throw new IllegalStateException("unresolved activation " + strategy);
        }
        return activation;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StrategyActivation that && strategy.equals(that.strategy);
    }

    @Override
    public int hashCode() {
        return strategy.hashCode();
    }

    @Override
    public String toString() {
        return strategy;
    }
}
