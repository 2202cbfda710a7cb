package org.evengrad.engine.dl4j.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.api.Model;
import org.evengrad.engine.dl4j.imports.TensorSettings.Motion;

/**
 * How a DL4J network wants to be trained, as far as it says so. Strategies are named, not made:
 * whether they are installed is for the caller to find out.
 *
 * @param optimizer the one that most parameters have; empty if every tensor is frozen
 * @param scheduler of the learning rate; empty for a constant rate
 * @param guards for DL4J's gradient normalization
 * @param tensors in the order of the flat parameter array
 * @param inputs in the order of the model
 * @param outputs in the order of the model
 * @param constraints which {@code Model.applyConstraints} enforces; it must be called after every
 *     update if there is one
 * @param noise dropout and weight noise, which DL4J draws from ND4J's generator of the thread
 * @param truncation steps of truncated back-propagation through time; empty for whole sequences
 * @param dataType DL4J's name: FLOAT, or one from which {@link FloatModel} converts
 * @param iterations how many updates the model has seen
 * @param epochs how many passes over its data
 * @param notes what is not carried over, or differs; one sentence each
 */
public record ModelSettings(
        Optional<StrategySettings> optimizer,
        Optional<StrategySettings> scheduler,
        List<StrategySettings> guards,
        List<TensorSettings> tensors,
        List<InputSettings> inputs,
        List<OutputSettings> outputs,
        List<LayerNote> constraints,
        List<LayerNote> noise,
        Optional<Truncation> truncation,
        String dataType,
        int iterations,
        int epochs,
        List<String> notes) {
    /** Copies the lists. */
    public ModelSettings {
        guards = List.copyOf(guards);
        tensors = List.copyOf(tensors);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        constraints = List.copyOf(constraints);
        noise = List.copyOf(noise);
        notes = List.copyOf(notes);
    }

    /**
     * Truncated back-propagation through time.
     *
     * @param forward after how many time steps the parameters move
     * @param backward through how many time steps the gradient flows
     */
    public record Truncation(int forward, int backward) {}

    /**
     * Reads a network. It is not changed.
     *
     * @param model a MultiLayerNetwork or a ComputationGraph after {@code init}
     * @throws IllegalArgumentException if it is neither
     */
    public static ModelSettings of(Model model) {
        return new SettingsReader(Parts.of(model)).read();
    }

    /** The same with what stands outside of the network. */
    ModelSettings with(
            Optional<StrategySettings> otherOptimizer,
            Optional<StrategySettings> otherScheduler,
            List<StrategySettings> otherGuards,
            List<InputSettings> otherInputs,
            List<String> moreNotes) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(moreNotes);
        return new ModelSettings(
                otherOptimizer,
                otherScheduler,
                otherGuards,
                tensors,
                otherInputs,
                outputs,
                constraints,
                noise,
                truncation,
                dataType,
                iterations,
                epochs,
                all);
    }

    /**
     * One line for people: {@code adam 0.001, l2 1.0E-4 on 3 layers, clip-value 0.5, 2 frozen
     * layers}.
     */
    public String summary() {
        List<String> said = new ArrayList<>();
        optimizer.ifPresent(strategy -> said.add(strategy.toString()));
        scheduler.ifPresent(strategy -> said.add("schedule " + strategy));
        long own = tensors.stream().filter(tensor -> tensor.rateFactor() != 1).count();
        if (own > 0) {
            said.add(
                    count(own, "tensor")
                            + " with a rate of "
                            + (own == 1 ? "its own" : "their own"));
        }
        penalty(said, "l1", TensorSettings::l1);
        penalty(said, "l2", TensorSettings::l2);
        penalty(said, "weight decay", TensorSettings::weightDecay);
        guards.forEach(strategy -> said.add(strategy.toString()));
        long frozen =
                tensors.stream()
                        .filter(tensor -> tensor.motion() == Motion.FROZEN)
                        .map(TensorSettings::layer)
                        .distinct()
                        .count();
        if (frozen > 0) {
            said.add(count(frozen, "frozen layer"));
        }
        layers(said, "constraints", constraints);
        layers(said, "dropout or noise", noise);
        truncation.ifPresent(
                lengths -> said.add("truncated after " + count(lengths.forward(), "time step")));
        outputs.forEach(
                output ->
                        said.add(
                                output.loss()
                                        .or(output::dl4jLoss)
                                        .map(loss -> "loss " + loss)
                                        .orElse("no loss in " + output.layer())));
        return String.join(", ", said);
    }

    private void penalty(List<String> said, String name, ToDoubleFunction<TensorSettings> weight) {
        double[] weights =
                tensors.stream().mapToDouble(weight).filter(w -> w != 0).distinct().toArray();
        long layers =
                tensors.stream()
                        .filter(tensor -> weight.applyAsDouble(tensor) != 0)
                        .map(TensorSettings::layer)
                        .distinct()
                        .count();
        if (weights.length > 0) {
            said.add(
                    name
                            + (weights.length == 1 ? " " + weights[0] : "")
                            + " on "
                            + count(layers, "layer"));
        }
    }

    private static void layers(List<String> said, String name, List<LayerNote> notes) {
        long layers = notes.stream().map(LayerNote::layer).distinct().count();
        if (layers > 0) {
            said.add(name + " in " + count(layers, "layer"));
        }
    }

    private static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
