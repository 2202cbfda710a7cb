package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.evengrad.engine.executor.Examples;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.Loss;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.RowLoss;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** The end of a network: a loss of each example, or of each of its time steps. */
public final class Output implements Loss {
    private final Value.Use input;
    private final Value predictions;
    private final RowLoss loss;
    private double[] sums = new double[0];
    private float[][] targetsOfShards = new float[0][];

    /**
     * An output.
     *
     * @param input the pre-activations
     * @param predictions receives what is predicted; of the same shape
     */
    public Output(Value.Use input, Value predictions, RowLoss loss) {
        this.input = input;
        this.predictions = predictions;
        this.loss = loss;
    }

    @Override
    public void prepare(Pass pass) {
        if (sums.length < pass.shards()) {
            sums = new double[pass.shards()];
            targetsOfShards = new float[pass.shards()][0];
        }
        if (predictions.isSequence()) {
            Examples examples = pass.examples();
            int most = (examples.rows() + pass.shards() - 1) / pass.shards();
            int size = most * examples.steps() * predictions.width();
            for (int i = 0; i < pass.shards(); i++) {
                if (targetsOfShards[i].length < size) {
                    targetsOfShards[i] = new float[size];
                }
            }
        }
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        int width = predictions.width();
        int start = shard.start(predictions);
        int rows = shard.rows(predictions);
        int atATime = Biases.rowsAtATime(width);
        Worker worker = shard.worker();
        int most = atATime * width;
        float[] z = worker.scratch(0, most);
        float[] p = worker.scratch(1, most);
        float[] targets = worker.scratch(2, most);
        float[] factors = worker.scratch(3, most);
        boolean masked = pass.examples().targetMask().isPresent();
        FloatBuffer from = input.value().data().buffer();
        FloatBuffer to = predictions.data().buffer();
        if (predictions.isSequence()) {
            layOutTargets(pass.examples(), shard);
        }
        double sum = 0;
        for (int row = 0; row < rows; row += atATime) {
            int count = Math.min(atATime, rows - row);
            int size = count * width;
            int at = start + row * width;
            from.get(at, z, 0, size);
            System.arraycopy(z, 0, p, 0, size);
            loss.predict(p, targets, count, width);
            to.put(at, p, 0, size);
            readTargets(pass.examples(), shard, row, count, targets);
            if (masked) {
                readFactors(pass.examples(), shard, row, count, factors);
            }
            sum += loss.loss(z, p, targets, masked ? factors : null, count, width);
            if (pass.goesBack() && input.wantsError()) {
                input.value().error().buffer().put(at, z, 0, size);
            }
        }
        sums[shard.index()] = sum;
    }

    /** Lays targets out step by step. They are mostly zeros. */
    private void layOutTargets(Examples examples, Shard shard) {
        int width = predictions.width();
        int steps = shard.steps();
        int rows = shard.rows();
        int perExample = width * steps;
        float[] to = targetsOfShards[shard.index()];
        float[] x = shard.worker().scratch(4, perExample);
        Arrays.fill(to, 0, rows * perExample, 0);
        for (int row = 0; row < rows; row++) {
            examples.targets().buffer().get((shard.from() + row) * perExample, x, 0, perExample);
            for (int unit = 0; unit < width; unit++) {
                for (int step = 0; step < steps; step++) {
                    float target = x[unit * steps + step];
                    if (target != 0) {
                        to[(step * rows + row) * width + unit] = target;
                    }
                }
            }
        }
    }

    private void readTargets(Examples examples, Shard shard, int row, int count, float[] targets) {
        int width = predictions.width();
        if (predictions.isSequence()) {
            float[] from = targetsOfShards[shard.index()];
            System.arraycopy(from, row * width, targets, 0, count * width);
        } else {
            int at = (shard.from() + row) * width;
            examples.targets().buffer().get(at, targets, 0, count * width);
        }
    }

    private void readFactors(Examples examples, Shard shard, int row, int count, float[] factors) {
        int width = predictions.width();
        Floats mask = examples.targetMask().orElseThrow();
        int steps = predictions.isSequence() ? shard.steps() : 1;
        boolean perNumber = width > 1 && mask.size() == examples.rows() * steps * width;
        for (int i = 0; i < count; i++) {
            int step = (row + i) / shard.rows();
            int example = shard.from() + (row + i) % shard.rows();
            if (perNumber) {
                for (int unit = 0; unit < width; unit++) {
                    factors[i * width + unit] =
                            mask.buffer().get((example * width + unit) * steps + step);
                }
            } else {
                float factor = mask.buffer().get(example * steps + step);
                Arrays.fill(factors, i * width, (i + 1) * width, factor);
            }
        }
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        // The error was written together with the loss.
    }

    @Override
    public Value input() {
        return input.value();
    }

    @Override
    public Value output() {
        return predictions;
    }

    @Override
    public double sum(int shard) {
        return sums[shard];
    }

    @Override
    public void predictions(Pass pass, Shard[] shards, float[] all) {
        int width = predictions.width();
        boolean masked = pass.examples().targetMask().isPresent();
        FloatBuffer from = predictions.data().buffer();
        if (!predictions.isSequence() && !masked) {
            from.get(0, all, 0, pass.examples().rows() * width);
            return;
        }
        int steps = predictions.isSequence() ? pass.examples().steps() : 1;
        for (Shard shard : shards) {
            int start = shard.start(predictions);
            float[] mask = shard.worker().scratch(0, width);
            Arrays.fill(mask, 0, width, 1);
            for (int row = 0; row < shard.rows(predictions); row++) {
                int step = row / shard.rows();
                int example = shard.from() + row % shard.rows();
                if (masked) {
                    // DL4J predicts zeros where nothing counts.
                    readFactors(pass.examples(), shard, row, 1, mask);
                }
                for (int unit = 0; unit < width; unit++) {
                    all[(example * width + unit) * steps + step] =
                            mask[unit] * from.get(start + row * width + unit);
                }
            }
        }
    }
}
