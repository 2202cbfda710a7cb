package org.evengrad.engine.dl4j;

import java.util.List;
import java.util.function.UnaryOperator;
import org.evengrad.engine.dl4j.imports.InputSettings;
import org.evengrad.engine.dl4j.imports.ModelSettings;
import org.evengrad.engine.dl4j.imports.OutputSettings;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How a model lays its arrays out. Ours have the channels, or the features of a sequence, right
 * behind the rows; models that came from Keras may have them last.
 *
 * @param inputsLast for each input whether it has them last; empty if none has
 * @param outputsLast for each output for each time step whether it has them last; empty if none has
 */
record ArrayLayout(List<Boolean> inputsLast, List<Boolean> outputsLast) {
    /** Ours. */
    static final ArrayLayout OURS = new ArrayLayout(List.of(), List.of());

    /** That of a model. */
    static ArrayLayout of(ModelSettings settings) {
        List<Boolean> inputs = settings.inputs().stream().map(InputSettings::channelsLast).toList();
        List<Boolean> outputs =
                settings.outputs().stream().map(OutputSettings::channelsLast).toList();
        return new ArrayLayout(
                inputs.contains(true) ? inputs : List.of(),
                outputs.contains(true) ? outputs : List.of());
    }

    /** Whether it is ours. */
    boolean isOurs() {
        return inputsLast.isEmpty() && outputsLast.isEmpty();
    }

    /** Our arrays as the model takes them. */
    Dl4jModel.Arrays toModel(Dl4jModel.Arrays ours) {
        return moved(ours, ArrayLayout::channelsLast);
    }

    /** The model's arrays as we have them. */
    Dl4jModel.Arrays fromModel(Dl4jModel.Arrays model) {
        return moved(model, ArrayLayout::channelsFirst);
    }

    private Dl4jModel.Arrays moved(Dl4jModel.Arrays arrays, UnaryOperator<INDArray> move) {
        if (isOurs()) {
            return arrays;
        }
        return new Dl4jModel.Arrays(
                moved(arrays.features(), inputsLast, move),
                moved(arrays.targets(), outputsLast, move),
                arrays.featureMasks(),
                arrays.targetMasks());
    }

    private static INDArray[] moved(
            INDArray[] arrays, List<Boolean> last, UnaryOperator<INDArray> move) {
        if (last.isEmpty()) {
            return arrays;
        }
        INDArray[] moved = arrays.clone();
        for (int i = 0; i < moved.length; i++) {
            // An array may be missing, or too many: the model says so better.
            if (i < last.size() && last.get(i) && moved[i] != null) {
                moved[i] = move.apply(moved[i]);
            }
        }
        return moved;
    }

    private static INDArray channelsLast(INDArray array) {
        return switch (array.rank()) {
            case 3 -> array.permute(0, 2, 1).dup('c');
            case 4 -> array.permute(0, 2, 3, 1).dup('c');
            default -> array;
        };
    }

    private static INDArray channelsFirst(INDArray array) {
        return switch (array.rank()) {
            case 3 -> array.permute(0, 2, 1).dup('c');
            case 4 -> array.permute(0, 3, 1, 2).dup('c');
            default -> array;
        };
    }

    /** What the model's first output gave, as we have it. */
    INDArray fromModel(INDArray output) {
        return !outputsLast.isEmpty() && outputsLast.get(0) ? channelsFirst(output) : output;
    }
}
