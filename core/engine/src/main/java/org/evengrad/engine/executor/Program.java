package org.evengrad.engine.executor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The layers of a network in the order in which they compute, and the memory that they use. */
public final class Program {
    private final Floats parameters;
    private final Floats gradient;
    private final List<Value> values = new ArrayList<>();
    private final List<Layer> layers = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private Loss loss;

    /**
     * Neighboring layers that are one layer to the user.
     *
     * @param name the user's
     * @param from its first layer
     * @param to behind its last layer
     * @param output what it gives; empty for the one that ends in the loss
     * @param inputs what it reads
     */
    record Part(String name, int from, int to, Optional<Value> output, List<Value> inputs) {}

    /**
     * An empty program.
     *
     * @param parameters all parameters of the network, flat
     * @param gradient where its gradient belongs, flat, as the sum over the examples
     */
    public Program(Floats parameters, Floats gradient) {
        this.parameters = parameters;
        this.gradient = gradient;
    }

    /** All parameters, flat. */
    public Floats parameters() {
        return parameters;
    }

    /** The gradient, flat. */
    public Floats gradient() {
        return gradient;
    }

    /**
     * Makes a value.
     *
     * @param learned whether parameters have a part in it
     */
    public Value value(Value.Shape shape, boolean learned) {
        Value value = new Value(shape, learned);
        values.add(value);
        return value;
    }

    /** Appends a layer, behind those whose values it reads. */
    public void add(Layer layer) {
        layers.add(layer);
    }

    /**
     * Says what the layers are to the user that were added since this was called last.
     *
     * @param name the user's
     * @param output what they give; empty if they end in the loss
     * @param inputs what they read
     */
    public void part(String name, Optional<Value> output, List<Value> inputs) {
        int from = parts.isEmpty() ? 0 : parts.get(parts.size() - 1).to();
        if (layers.size() > from) {
            parts.add(new Part(name, from, layers.size(), output, List.copyOf(inputs)));
        }
    }

    /** Appends the last layer. No other follows. */
    public void end(Loss last) {
        layers.add(last);
        loss = last;
        layers.forEach(Layer::connect);
    }

    List<Value> values() {
        return values;
    }

    List<Layer> layers() {
        return layers;
    }

    List<Part> parts() {
        return parts;
    }

    Loss loss() {
        return loss;
    }
}
