package org.evengrad.engine.dl4j;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Targets that are as likely as a network predicts. Memory is kept for each shape of batches. */
final class SampledTargets {
    private final ModelTraits traits;
    private final Map<String, Memory> memories = new HashMap<>();

    SampledTargets(ModelTraits traits) {
        this.traits = traits;
    }

    private record Memory(INDArray array, FloatBuffer floats, float[] predictions) {
        static Memory like(INDArray targets) {
            INDArray array = Nd4j.create(DataType.FLOAT, targets.shape(), 'c');
            return new Memory(array, NativeFloats.of(array), new float[(int) targets.length()]);
        }
    }

    /**
     * The batch with drawn targets.
     *
     * @param execution predicts
     */
    ArrayBatch draw(ArrayBatch batch, Execution execution, RandomGenerator random) {
        INDArray targets = batch.arrays().targets()[0];
        Memory memory =
                memories.computeIfAbsent(
                        Arrays.toString(targets.shape()), key -> Memory.like(targets));
        float[] values = memory.predictions();
        execution.predict(batch, values);
        ILossFunction loss = traits.lossFunction();
        if (loss instanceof LossMCXENT) {
            classes(values, batch.steps(), random);
        } else if (loss instanceof LossBinaryXENT) {
            events(values, random);
        } else {
            numbers(values, random);
        }
        memory.floats().put(0, values, 0, values.length);
        return batch.with(memory.array(), memory.floats());
    }

    /** One class for each example and time step, as likely as predicted. */
    private void classes(float[] values, int steps, RandomGenerator random) {
        int classes = traits.outputs();
        for (int row = 0; row < values.length; row += classes * steps) {
            for (int step = 0; step < steps; step++) {
                double left = random.nextDouble();
                int drawn = 0;
                while (drawn < classes - 1 && left >= values[row + drawn * steps + step]) {
                    left -= values[row + drawn * steps + step];
                    drawn++;
                }
                for (int unit = 0; unit < classes; unit++) {
                    values[row + unit * steps + step] = unit == drawn ? 1 : 0;
                }
            }
        }
    }

    private static void events(float[] values, RandomGenerator random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextDouble() < values[i] ? 1 : 0;
        }
    }

    /**
     * Normal around the prediction. The loss of an example is the mean over its outputs of the
     * squared error, which is minus the logarithm of a normal density of variance outputs / 2.
     */
    private void numbers(float[] values, RandomGenerator random) {
        double deviation = Math.sqrt(traits.outputs() / 2.0);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] + deviation * random.nextGaussian());
        }
    }
}
