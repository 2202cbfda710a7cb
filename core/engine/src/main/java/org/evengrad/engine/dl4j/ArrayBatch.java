package org.evengrad.engine.dl4j;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.evengrad.engine.executor.Examples;
import org.evengrad.engine.network.Network.Batch;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A batch in DL4J's arrays.
 *
 * @param arrays what DL4J takes
 * @param rows how many examples
 * @param steps for how many time steps each example has targets
 * @param features the memory of the first input
 * @param targets the memory of the first output's targets
 * @param mask the memory of the mask, if there is one
 * @param examples the same memory, for fast layers
 * @param sumsSteps whether the loss of an example is the sum over its time steps
 * @param segment which part of a sequence this is; -1 for the whole
 */
record ArrayBatch(
        Dl4jModel.Arrays arrays,
        int rows,
        int steps,
        FloatBuffer features,
        FloatBuffer targets,
        Optional<FloatBuffer> mask,
        Examples examples,
        boolean sumsSteps,
        int segment)
        implements Batch {
    private static final int SEQUENCE = 3;
    private static final int MASK = 2;

    /** A batch around arrays that hold an example each in rows, in the order 'c'. */
    static ArrayBatch of(Dl4jModel.Arrays arrays, boolean sumsSteps, int segment) {
        INDArray targets = arrays.targets()[0];
        INDArray targetMask = arrays.targetMasks() == null ? null : arrays.targetMasks()[0];
        INDArray featureMask = arrays.featureMasks() == null ? null : arrays.featureMasks()[0];
        INDArray mask = targetMask == null ? featureMask : targetMask;
        return new ArrayBatch(
                arrays,
                (int) arrays.features()[0].size(0),
                targets.rank() == 3 ? (int) targets.size(2) : 1,
                NativeFloats.of(arrays.features()[0]),
                NativeFloats.of(targets),
                Optional.ofNullable(mask).map(NativeFloats::of),
                examples(arrays.features()[0], targets, featureMask, targetMask),
                sumsSteps,
                segment);
    }

    private static Examples examples(
            INDArray features, INDArray targets, INDArray featureMask, INDArray targetMask) {
        return new Examples(
                (int) features.size(0),
                features.rank() == SEQUENCE ? (int) features.size(2) : 1,
                NativeFloats.memory(features),
                NativeFloats.memory(targets),
                Optional.ofNullable(featureMask).map(NativeFloats::memory),
                Optional.ofNullable(targetMask).map(NativeFloats::memory));
    }

    /**
     * New memory.
     *
     * @param input of one example
     * @param target of one example: {@code [outputs]} or {@code [outputs, steps]}
     */
    static ArrayBatch allocate(
            int rows, long[] input, long[] target, boolean masked, boolean sumsSteps) {
        INDArray mask = masked ? array(rows, new long[] {input[1]}) : null;
        INDArray[] masks = masked ? new INDArray[] {mask} : null;
        return of(
                new Dl4jModel.Arrays(
                        new INDArray[] {array(rows, input)},
                        new INDArray[] {array(rows, target)},
                        masks,
                        target.length == 2 ? masks : null),
                sumsSteps,
                -1);
    }

    private static INDArray array(int rows, long[] of) {
        long[] shape = new long[of.length + 1];
        shape[0] = rows;
        System.arraycopy(of, 0, shape, 1, of.length);
        return Nd4j.create(DataType.FLOAT, shape, 'c');
    }

    @Override
    public double terms() {
        if (steps == 1 || sumsSteps) {
            return rows;
        }
        if (arrays.targetMasks() == null || arrays.targetMasks()[0] == null) {
            return (double) rows * steps;
        }
        FloatBuffer counts = mask.orElseThrow();
        double terms = 0;
        for (int i = 0; i < counts.limit(); i++) {
            terms += counts.get(i);
        }
        return Math.max(1, terms);
    }

    /** The same examples with other targets for the first output. */
    ArrayBatch with(INDArray otherTargets, FloatBuffer memory) {
        return new ArrayBatch(
                new Dl4jModel.Arrays(
                        arrays.features(),
                        new INDArray[] {otherTargets},
                        arrays.featureMasks(),
                        arrays.targetMasks()),
                rows,
                steps,
                features,
                memory,
                mask,
                new Examples(
                        examples.rows(),
                        examples.steps(),
                        examples.features(),
                        NativeFloats.memory(otherTargets),
                        examples.featureMask(),
                        examples.targetMask()),
                sumsSteps,
                segment);
    }

    /** The same examples from one time step up to another. What has no time steps stays whole. */
    ArrayBatch segment(int index, int length) {
        int from = index * length;
        int to = Math.min(from + length, steps);
        return of(
                new Dl4jModel.Arrays(
                        each(arrays.features(), array -> between(array, SEQUENCE, from, to)),
                        each(arrays.targets(), array -> between(array, SEQUENCE, from, to)),
                        each(arrays.featureMasks(), array -> between(array, MASK, from, to)),
                        each(arrays.targetMasks(), array -> between(array, MASK, from, to))),
                sumsSteps,
                index);
    }

    private INDArray between(INDArray array, int rank, int from, int to) {
        if (array.rank() != rank || array.size(rank - 1) != steps) {
            return array;
        }
        INDArrayIndex part = NDArrayIndex.interval(from, to);
        INDArray view =
                rank == MASK
                        ? array.get(NDArrayIndex.all(), part)
                        : array.get(NDArrayIndex.all(), NDArrayIndex.all(), part);
        return view.dup('c');
    }

    private static INDArray[] each(INDArray[] arrays, UnaryOperator<INDArray> change) {
        return arrays == null
                ? null
                : Arrays.stream(arrays)
                        .map(array -> array == null ? null : change.apply(array))
                        .toArray(INDArray[]::new);
    }

    /** The same in memory of its own. */
    ArrayBatch copy() {
        UnaryOperator<INDArray> copied = array -> array.dup('c').detach();
        return of(
                new Dl4jModel.Arrays(
                        each(arrays.features(), copied),
                        each(arrays.targets(), copied),
                        each(arrays.featureMasks(), copied),
                        each(arrays.targetMasks(), copied)),
                sumsSteps,
                segment);
    }

    /** The shape of one example's features for the first input. */
    List<Integer> exampleShape() {
        return exampleShape(arrays.features()[0]);
    }

    /** The shape of an array without its rows. */
    static List<Integer> exampleShape(INDArray array) {
        return Arrays.stream(array.shape()).skip(1).mapToObj(Math::toIntExact).toList();
    }
}
