package org.evengrad.engine.executor;

import java.util.ArrayList;
import java.util.List;

/** The layers of a network in the order in which they compute, and the memory that they use. */
public final class Program {
    private final Floats parameters;
    private final Floats gradient;
    private final List<Value> values = new ArrayList<>();
    private final List<Layer> layers = new ArrayList<>();
    private Loss loss;

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

    Loss loss() {
        return loss;
    }
}
