package org.evengrad.engine.plan;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.TrainingConfig.ClassWeights;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.data.ClassBalance;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.data.Dataset;
import org.evengrad.engine.network.NetworkPlan;

/** Derives the output layer from the data and the loss. */
final class OutputLayer {
    private static final String NAME = "output";

    private final ModelConfig model;
    private final DataPart train;
    private final Dataset data;
    private final boolean classification;

    OutputLayer(ModelConfig model, DataPart train) {
        this.model = model;
        this.train = train;
        data = train.dataset();
        classification = data.task() == Task.CLASSIFICATION;
    }

    /**
     * The layer.
     *
     * @throws InvalidInputException if what the configuration says of it does not fit the data
     */
    NetworkPlan.Output derive(ClassWeights classWeights) {
        Loss loss = model.loss().orElseGet(this::defaultLoss);
        check(loss);
        int needed = needed(loss);
        int units = model.output().units().orElse(needed);
        boolean spareUnits = loss == Loss.CROSS_ENTROPY && units > needed;
        if (units != needed && !spareUnits) {
            throw problem(
                    "model.output.units", units + " does not fit the data, which needs " + needed);
        }
        return new NetworkPlan.Output(
                NAME,
                units,
                loss,
                model.output().activation(),
                model.output().bias(),
                data.targetSteps() > 1,
                weights(loss, units, classWeights));
    }

    private Loss defaultLoss() {
        return switch (data.task()) {
            case CLASSIFICATION -> Loss.CROSS_ENTROPY;
            case MULTI_LABEL -> Loss.BINARY_CROSS_ENTROPY;
            case REGRESSION -> Loss.MSE;
        };
    }

    private void check(Loss loss) {
        boolean ofNumbers = loss == Loss.MSE || loss == Loss.MAE || loss == Loss.HUBER;
        if (!ofNumbers && data.task() == Task.REGRESSION) {
            throw problem(
                    "model.loss",
                    "the targets are numbers, so the loss is mse, mae or huber; cross-entropy and"
                            + " binary-cross-entropy need classes");
        }
        if (loss == Loss.CROSS_ENTROPY && data.task() == Task.MULTI_LABEL) {
            throw problem(
                    "model.loss",
                    "several labels may be right at once, so the loss is binary-cross-entropy;"
                            + " cross-entropy needs one class");
        }
        if (loss == Loss.BINARY_CROSS_ENTROPY && classification && data.classes().size() > 2) {
            throw problem(
                    "model.loss",
                    "binary-cross-entropy tells two classes apart, the data has "
                            + data.classes().size()
                            + "; use cross-entropy");
        }
        checkActivation(loss, model);
    }

    /**
     * Checks that a loss leaves the activation to the configuration, if that gives one.
     *
     * @throws InvalidInputException if it does not
     */
    static void checkActivation(Loss loss, ModelConfig model) {
        boolean ofNumbers = loss == Loss.MSE || loss == Loss.MAE || loss == Loss.HUBER;
        if (!ofNumbers && model.output().activation().isPresent()) {
            throw problem(
                    "model.output.activation",
                    "cross-entropy brings softmax and binary-cross-entropy sigmoid; only mse, mae"
                            + " and huber take an activation");
        }
    }

    private int needed(Loss loss) {
        int classes = data.classes().size();
        return switch (loss) {
            case BINARY_CROSS_ENTROPY -> classification ? 1 : data.targetWidth();
            case CROSS_ENTROPY -> Math.max(2, classes);
            case MSE, MAE, HUBER -> classification ? classes : data.targetWidth();
        };
    }

    /** One for each unit; empty if all classes count the same. */
    private List<Double> weights(Loss loss, int units, ClassWeights wanted) {
        List<Double> weights = new ArrayList<>();
        ClassBalance.weights(wanted, train)
                .ifPresent(
                        balance -> {
                            for (int unit = 0; unit < units; unit++) {
                                weights.add(unit < balance.length ? (double) balance[unit] : 1.0);
                            }
                        });
        if (!weights.isEmpty() && loss != Loss.CROSS_ENTROPY) {
            throw problem(
                    "training.class-weights",
                    "weights of classes need the loss cross-entropy, which also tells two classes"
                            + " apart");
        }
        return weights;
    }

    private static InvalidInputException problem(String key, String message) {
        return new InvalidInputException(Problem.ofKey(key, message));
    }
}
