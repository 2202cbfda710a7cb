package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.engine.dl4j.translation.Translation;
import org.evengrad.engine.executor.Executor;
import org.evengrad.engine.parallel.Workers;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Holds the fast layers of a model to DL4J's own, in loss, gradient and predictions, for one shard
 * and for two; and to finite differences of DL4J's loss in double precision.
 */
final class Agreement {
    private static final double STEP = 1e-5;
    private static final int DIFFERENCES = 40;

    private final Dl4jModel model;
    private final List<Integer> inputShape;
    private int rows = 5;
    private int[] lengths = {};
    private boolean paddedInFront;
    private int symbols;
    private boolean inDoubles = true;
    private double scale = 0.5;
    private double tolerance = 2e-5;
    private boolean numbers;
    private double shift;
    private boolean oneAtATime;
    private boolean lossOfEvaluation;
    private float[] targetMask = {};

    private Agreement(Dl4jModel model, List<Integer> inputShape) {
        this.model = model;
        this.inputShape = inputShape;
    }

    static Agreement of(MultiLayerConfiguration configuration, Integer... inputShape) {
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();
        return of(network, inputShape);
    }

    static Agreement of(ComputationGraphConfiguration configuration, Integer... inputShape) {
        ComputationGraph network = new ComputationGraph(configuration);
        network.init();
        return of(network, inputShape);
    }

    static Agreement of(Model model, Integer... inputShape) {
        return new Agreement(BroughtModels.wrap(model), List.of(inputShape));
    }

    Agreement rows(int count) {
        rows = count;
        return this;
    }

    /** How many time steps of each example count. */
    Agreement lengths(int... each) {
        lengths = each;
        rows = each.length;
        return this;
    }

    /** The last time steps count, and not the first. */
    Agreement paddedInFront() {
        paddedInFront = true;
        return this;
    }

    /** Features are whole numbers below this. */
    Agreement symbols(int count) {
        symbols = count;
        return this;
    }

    /** At each time step one feature is not zero, or none. */
    Agreement oneAtATime() {
        oneAtATime = true;
        return this;
    }

    /** Targets are numbers, and not classes. */
    Agreement numbers() {
        numbers = true;
        return this;
    }

    /** For layers that train as they predict, whose loss in training DL4J gets wrong. */
    Agreement lossOfEvaluation() {
        lossOfEvaluation = true;
        return this;
    }

    /** What is added to all features. */
    Agreement shiftedBy(double offset) {
        shift = offset;
        return this;
    }

    /** What the loss of each example, or of each number, is multiplied by. */
    Agreement targetMask(float... each) {
        targetMask = each;
        return this;
    }

    /** How large the parameters are, and how near the results must be. */
    Agreement scale(double parameters, double near) {
        scale = parameters;
        tolerance = near;
        return this;
    }

    /** For layers that DL4J, or ours in it, cannot compute in doubles. */
    Agreement onlyInFloats() {
        inDoubles = false;
        return this;
    }

    /** The translation alone, for what is not covered. */
    Translation.Result translated() {
        return Translation.of(
                model.graph(),
                inputShape,
                NativeFloats.memory(model.parameters()),
                NativeFloats.memory(model.gradients()),
                new Activations(Networks.REGISTRY)::functionOf);
    }

    void holds() {
        // DL4J's threads are many for so little.
        NativeThreads threads = NativeThreads.borrow(1);
        try {
            holdsOnOneThread();
        } finally {
            threads.close();
        }
    }

    private void holdsOnOneThread() {
        ModelTensors tensors = new ModelTensors(model.graph());
        ModelTraits traits = ModelTraits.of(model);
        FloatBuffer gradient = NativeFloats.of(model.gradients());
        fill(tensors);
        ArrayBatch batch = batch(traits);
        Execution reference =
                new Dl4jExecution(model, ArrayLayout.OURS, traits, tensors, model.gradients());
        double loss = reference.gradient(batch);
        float[] expected = Networks.copy(gradient);
        double[] squares = new double[tensors.tensors().size()];
        reference.gradientSquares(squares);
        double evaluationLoss = reference.evaluationLoss(batch);
        if (lossOfEvaluation) {
            loss = evaluationLoss;
        }
        float[] predictions = new float[batch.targets().limit()];
        reference.predict(batch, predictions);

        for (int shards = 1; shards <= 2; shards++) {
            Translation.Result translated = translated();
            assertTrue(translated.program().isPresent(), translated.notCovered()::toString);
            try (Workers workers = new Workers(shards)) {
                Execution fast =
                        new FastExecution(
                                new Executor(translated.program().get(), workers, 0), tensors);
                // Twice: what a pass leaves behind must not change the next.
                for (int time = 0; time < 2; time++) {
                    for (int i = 0; i < gradient.limit(); i++) {
                        gradient.put(i, Float.NaN);
                    }
                    String name = shards + " shards, ";
                    assertEquals(loss, fast.gradient(batch), tolerance * Math.abs(loss), name);
                    near(name + "gradient", expected, Networks.copy(gradient));
                    double[] own = new double[squares.length];
                    fast.gradientSquares(own);
                    double rounding = 1e-10 * Arrays.stream(squares).sum();
                    for (int t = 0; t < own.length; t++) {
                        assertEquals(squares[t], own[t], 1e-3 * squares[t] + rounding, name + t);
                    }
                    assertEquals(
                            evaluationLoss,
                            fast.evaluationLoss(batch),
                            tolerance * Math.abs(evaluationLoss),
                            name + "evaluation");
                    float[] predicted = new float[predictions.length];
                    fast.predict(batch, predicted);
                    near(name + "predictions", predictions, predicted);
                }
            }
        }
        if (inDoubles) {
            agreesWithDifferences(tensors, batch, expected);
        }
    }

    /** The loss that fast layers compute. */
    double loss() {
        ModelTensors tensors = new ModelTensors(model.graph());
        fill(tensors);
        try (Workers workers = new Workers(2)) {
            Executor executor = new Executor(translated().program().orElseThrow(), workers, 0);
            return new FastExecution(executor, tensors).trainingLoss(batch(ModelTraits.of(model)));
        }
    }

    private void fill(ModelTensors tensors) {
        FloatBuffer parameters = NativeFloats.of(model.parameters());
        float[] values = Networks.gaussians(1, parameters.limit(), scale);
        tensors.tensors()
                .forEach(
                        tensor -> {
                            int from = tensors.offset(tensor.index());
                            parameters.put(from, values, from, tensor.size());
                        });
    }

    private void near(String what, float[] expected, float[] actual) {
        double largest = 1e-3;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], tolerance * largest, what + " at " + i);
        }
    }

    /** DL4J's gradient may be wrong, too. */
    private void agreesWithDifferences(ModelTensors tensors, ArrayBatch batch, float[] gradient) {
        Dl4jModel doubles =
                model.model() instanceof MultiLayerNetwork chain
                        ? new Dl4jModel.Chain(chain.convertDataType(DataType.DOUBLE))
                        : new Dl4jModel.Graph(
                                ((ComputationGraph) model.model())
                                        .convertDataType(DataType.DOUBLE));
        Dl4jModel.Arrays arrays = inDoubles(batch.arrays());
        INDArray parameters = doubles.parameters();
        Random random = new Random(7);
        double largest = 1e-3;
        for (float value : gradient) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < DIFFERENCES; i++) {
            int tensor = i % tensors.tensors().size();
            int at = tensors.offset(tensor) + random.nextInt(tensors.tensors().get(tensor).size());
            double value = parameters.getDouble(at);
            parameters.putScalar(at, value + STEP);
            double above = doubles.loss(arrays, true);
            parameters.putScalar(at, value - STEP);
            double below = doubles.loss(arrays, true);
            parameters.putScalar(at, value);
            double difference = (above - below) / (2 * STEP) * batch.rows();
            assertEquals(difference, gradient[at], 1e-3 * largest, "difference at " + at);
        }
    }

    private static Dl4jModel.Arrays inDoubles(Dl4jModel.Arrays arrays) {
        return new Dl4jModel.Arrays(
                inDoubles(arrays.features()),
                inDoubles(arrays.targets()),
                inDoubles(arrays.featureMasks()),
                inDoubles(arrays.targetMasks()));
    }

    private static INDArray[] inDoubles(INDArray[] arrays) {
        if (arrays == null) {
            return null;
        }
        INDArray[] doubles = new INDArray[arrays.length];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = arrays[i] == null ? null : arrays[i].castTo(DataType.DOUBLE);
        }
        return doubles;
    }

    private ArrayBatch batch(ModelTraits traits) {
        boolean perStep = traits.outputPerStep();
        int steps = inputShape.size() == 2 ? inputShape.get(1) : 1;
        int outputs = traits.outputs();
        ArrayBatch batch =
                ArrayBatch.allocate(
                        rows,
                        inputShape.stream().mapToLong(Integer::longValue).toArray(),
                        perStep ? new long[] {outputs, steps} : new long[] {outputs},
                        lengths.length > 0,
                        true);
        Random random = new Random(5);
        for (int i = 0; i < batch.features().limit(); i++) {
            double value = symbols > 0 ? random.nextInt(symbols) : random.nextGaussian();
            batch.features().put(i, (float) (value + shift));
        }
        for (int i = 0; oneAtATime && i < rows * steps; i++) {
            int features = inputShape.get(0);
            int left = random.nextInt(features + 1);
            for (int feature = 0; feature < features; feature++) {
                int at = (i / steps * features + feature) * steps + i % steps;
                float value = i % 2 == 0 ? 1 : batch.features().get(at);
                batch.features().put(at, feature == left ? value : 0);
            }
        }
        int targetSteps = batch.steps();
        for (int row = 0; row < rows; row++) {
            for (int step = 0; step < targetSteps; step++) {
                int right = random.nextInt(outputs);
                for (int unit = 0; unit < outputs; unit++) {
                    double value = numbers ? random.nextGaussian() : unit == right ? 1 : 0;
                    batch.targets().put((row * outputs + unit) * targetSteps + step, (float) value);
                }
            }
            for (int step = 0; lengths.length > 0 && step < steps; step++) {
                batch.mask()
                        .orElseThrow()
                        .put(
                                row * steps + (paddedInFront ? steps - 1 - step : step),
                                step < lengths[row] ? 1 : 0);
            }
        }
        return targetMask.length == 0 ? batch : masked(batch);
    }

    private ArrayBatch masked(ArrayBatch batch) {
        INDArray mask = Nd4j.createFromArray(targetMask).reshape(rows, targetMask.length / rows);
        Dl4jModel.Arrays arrays = batch.arrays();
        return ArrayBatch.of(
                new Dl4jModel.Arrays(
                        arrays.features(), arrays.targets(), null, new INDArray[] {mask}),
                true,
                -1);
    }
}
