package org.evengrad.diagnosis;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;

/**
 * What is judged: the parts of a plan that judges ask for.
 *
 * @param optimizer that is used
 * @param family whether it rescales small gradients
 * @param plannedSteps how long training is planned to last
 * @param task what the targets are
 * @param loss what is minimized
 * @param usesRelu whether the network's activation is ReLU
 * @param outputs how many units the output layer has
 * @param inputSteps how many time steps an example has; 1 if it is no sequence
 * @param outputSteps for how many time steps there are targets; 1 if for the example as a whole
 * @param truncation how many time steps gradients go back, if fewer than all
 * @param tensors all tensors, by index
 * @param pushedDown the layers whose biases begin below zero on average
 * @param featureSize the root mean square of the features of the probe batch
 * @param data what the probe batch is like
 * @param parametersPerTarget how many numbers are trained for each target of the training examples
 * @param isBrought whether the configuration names a model that has its layers in itself
 */
record Subject(
        Optimizer optimizer,
        OptimizerFamily family,
        long plannedSteps,
        Task task,
        Loss loss,
        boolean usesRelu,
        int outputs,
        int inputSteps,
        int outputSteps,
        Optional<Integer> truncation,
        List<TensorPlace> tensors,
        Set<String> pushedDown,
        double featureSize,
        DataFacts data,
        double parametersPerTarget,
        boolean isBrought) {
    /**
     * Where a tensor belongs.
     *
     * @param name its name
     * @param layer the name of its layer
     * @param judged whether its travel says something: not that of biases, of normalization, of
     *     embeddings, whose rows move only when they occur, and of what starts at zero
     */
    record TensorPlace(String name, String layer, boolean judged) {}

    /** Keeps a copy. */
    Subject {
        tensors = List.copyOf(tensors);
        pushedDown = Set.copyOf(pushedDown);
    }

    static Subject of(TrainingPlan plan) {
        Network network = plan.network();
        List<Integer> shape = network.inputShape();
        return new Subject(
                plan.optimizer(),
                OptimizerFamily.of(plan.optimizer()),
                plan.horizon().steps(),
                plan.data().task(),
                plan.loss(),
                plan.config().map(from -> isRelu(from.config().activation())).orElse(false),
                network.outputs(),
                shape.size() == 2 ? shape.get(1) : 1,
                network.outputSteps(),
                plan.training().truncate(),
                network.tensors().stream()
                        .map(
                                tensor ->
                                        new TensorPlace(
                                                tensor.name(),
                                                network.layers().get(tensor.layer()),
                                                isJudged(network, tensor)))
                        .toList(),
                network.tensors().stream()
                        .filter(t -> t.role() == Role.BIAS && mean(network, t) < 0)
                        .map(tensor -> network.layers().get(tensor.layer()))
                        .collect(Collectors.toSet()),
                size(plan.data().probe().get(0, 0).features()),
                DataFacts.of(plan),
                network.tensors().stream().mapToDouble(Tensor::size).sum()
                        / Math.max(
                                1.0,
                                (double) plan.data().train().examples() * network.outputSteps()),
                plan.config().map(from -> from.config().model().brings()).orElse(false));
    }

    /** How many directions outputs can move in: class probabilities add up to 1. */
    int outputRank() {
        return loss == Loss.CROSS_ENTROPY && outputs > 1 ? outputs - 1 : outputs;
    }

    private static boolean isJudged(Network network, Tensor tensor) {
        if (!tensor.role().decays() || tensor.role() == Role.EMBEDDING) {
            return false;
        }
        int offset = network.offset(tensor.index());
        for (int i = 0; i < tensor.size(); i++) {
            if (network.parameters().get(offset + i) != 0) {
                return true;
            }
        }
        return false;
    }

    private static double mean(Network network, Tensor tensor) {
        int offset = network.offset(tensor.index());
        double sum = 0;
        for (int i = 0; i < tensor.size(); i++) {
            sum += network.parameters().get(offset + i);
        }
        return sum / tensor.size();
    }

    private static double size(FloatBuffer values) {
        double sum = 0;
        for (int i = 0; i < values.limit(); i++) {
            sum += (double) values.get(i) * values.get(i);
        }
        return Math.sqrt(sum / Math.max(1, values.limit()));
    }

    /** By what it does, so that it holds for any plugin. */
    private static boolean isRelu(Activation activation) {
        float[] x = {-2, -1, 1, 2};
        float[] y = new float[x.length];
        activation.forward(x, y, x.length);
        return Arrays.equals(y, new float[] {0, 0, 1, 2});
    }
}
