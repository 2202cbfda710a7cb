package org.evengrad.engine.dl4j.signal;

import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.dl4j.translation.Translation.Apart;
import org.evengrad.engine.executor.Examples;
import org.evengrad.engine.executor.Section;
import org.evengrad.engine.executor.Value;

/** A node that fast layers compute. */
final class FastStage implements Stage {
    private static final long[] NONE = {};

    private final Apart apart;
    private final Section section;
    private final boolean linear;
    private Examples examples;

    FastStage(Node node, Apart apart, Section.Memory memory) {
        this.apart = apart;
        section = new Section(apart.program(), memory);
        linear = isLinear(node);
    }

    /** Whether the way back is the same wherever the way forward came along. */
    private static boolean isLinear(Node node) {
        if (node.layer() == null) {
            return node.adds() || node.structure() instanceof MergeVertex;
        }
        Class<?> kind = node.innermost().getClass();
        return node.innermost() instanceof DenseLayer
                || node.innermost() instanceof BaseOutputLayer
                || kind == ConvolutionLayer.class
                || kind == Convolution2D.class;
    }

    /** Says which batch comes next. */
    void begin(Examples batch) {
        examples = batch;
    }

    @Override
    public Output forward(Output[] inputs) {
        section.begin(examples);
        run(inputs);
        Layout layout = Layout.of(examples.rows(), examples.steps(), apart.shape());
        float[] values = new float[layout.size()];
        apart.output().data().buffer().get(0, values);
        return new Output(values, layout, NONE);
    }

    private void run(Output[] inputs) {
        for (int i = 0; i < inputs.length; i++) {
            apart.inputs().get(i).data().buffer().put(0, inputs[i].values());
        }
        section.forward();
    }

    @Override
    public float[][] backward(Supplier<Output[]> inputs, float[] errors) {
        section.begin(examples);
        if (!linear) {
            // Others have used the memory since.
            run(inputs.get());
        }
        apart.output().error().buffer().put(0, errors);
        section.backward();
        float[][] back = new float[apart.inputs().size()][];
        for (int i = 0; i < back.length; i++) {
            Value input = apart.inputs().get(i);
            if (input.isLearned() && apart.inputs().indexOf(input) == i) {
                boolean perStep = input.isSequence();
                back[i] =
                        new float
                                [examples.rows()
                                        * (perStep ? examples.steps() : 1)
                                        * input.width()];
                input.error().buffer().get(0, back[i]);
            }
        }
        return back;
    }
}
