package org.evengrad.engine.dl4j;

import java.util.List;
import java.util.Optional;
import org.evengrad.activations.tanh.Tanh;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.network.LayerPlan;
import org.evengrad.engine.network.LayerPlan.Activate;
import org.evengrad.engine.network.LayerPlan.BatchNormalization;
import org.evengrad.engine.network.LayerPlan.Convolution;
import org.evengrad.engine.network.LayerPlan.Dense;
import org.evengrad.engine.network.LayerPlan.DenseBlock;
import org.evengrad.engine.network.LayerPlan.DepthwiseConvolution;
import org.evengrad.engine.network.LayerPlan.Dropout;
import org.evengrad.engine.network.LayerPlan.Embedding;
import org.evengrad.engine.network.LayerPlan.GlobalAveragePooling;
import org.evengrad.engine.network.LayerPlan.Pooling;
import org.evengrad.engine.network.LayerPlan.Recurrent;
import org.evengrad.engine.network.LayerPlan.Residual;
import org.evengrad.engine.network.LayerPlan.Window;
import org.evengrad.engine.network.NetworkPlan;
import org.evengrad.engine.network.NetworkPlan.Recurrence;
import org.evengrad.spi.Activation;

/** Tiny networks of every kind of layer, each with three outputs. */
enum ModelPlans {
    CONVOLUTION(image(conv("conv-1", 2, 3, new Window(3, 1, false)))),
    STRIDED_CONVOLUTION(image(conv("conv-1", 2, 3, new Window(3, 2, true)))),
    MAX_POOLING(
            image(
                    conv("conv-1", 2, 3, same()),
                    new Pooling("max-pool-1", Pooling.Kind.MAX, new Window(2, 2, false)))),
    AVERAGE_POOLING(
            image(
                    conv("conv-1", 2, 3, same()),
                    new Pooling("avg-pool-1", Pooling.Kind.AVERAGE, new Window(3, 2, true)))),
    GLOBAL_POOLING_OF_IMAGES(
            image(conv("conv-1", 2, 3, same()), new GlobalAveragePooling("global-avg-pool-1"))),
    NORMALIZED_CONVOLUTION(
            image(
                    linearConv("conv-1", 2, 3),
                    new BatchNormalization("batch-norm-1"),
                    new Activate("activation-1", new Tanh()))),
    NORMALIZED_DENSE(
            flat(
                    new Dense("dense-1", 4, Optional.empty()),
                    new BatchNormalization("batch-norm-1"),
                    new Activate("activation-1", new Tanh()),
                    dense("dense-2", 4))),
    GROUPED_CONVOLUTION(
            image(
                    new Convolution("conv-1", 2, 4, same(), 2, tanh()),
                    conv("conv-2", 4, 2, same()))),
    DEPTHWISE_CONVOLUTION(image(new DepthwiseConvolution("depthwise-conv-1", 2, same(), tanh()))),
    RESIDUAL(
            flat(
                    new Residual(
                            "residual-1",
                            List.of(dense("residual-1/dense-1", 4), dense("residual-1/dense-2", 5)),
                            Optional.empty()))),
    PROJECTED_RESIDUAL(
            image(
                    new Residual(
                            "residual-1",
                            List.of(
                                    conv("residual-1/conv-1", 2, 4, new Window(3, 2, true)),
                                    linearConv("residual-1/conv-2", 4, 4),
                                    new BatchNormalization("residual-1/batch-norm-1")),
                            Optional.of(
                                    new Convolution(
                                            "residual-1/projection",
                                            2,
                                            4,
                                            new Window(1, 2, true),
                                            1,
                                            Optional.empty()))),
                    new Activate("activation-1", new Tanh()),
                    new GlobalAveragePooling("global-avg-pool-1"))),
    DENSE_BLOCK(
            image(
                    new DenseBlock(
                            "dense-block-1",
                            List.of(
                                    List.of(conv("dense-block-1/conv-1", 2, 2, same())),
                                    List.of(conv("dense-block-1/conv-2", 4, 2, same())))))),
    DROPOUT(flat(dense("dense-1", 6), new Dropout("dropout-1", 0.5), dense("dense-2", 4))),
    EMBEDDING(
            perStep(
                    1,
                    Recurrence.WHOLE,
                    new Embedding("embedding-1", 4, 3),
                    recurrent("lstm-1", Recurrent.Kind.LSTM, false, false))),
    LSTM(perStep(Recurrence.WHOLE, recurrent("lstm-1", Recurrent.Kind.LSTM, false, false))),
    LSTM_WITH_A_SUM(
            perStep(
                    new Recurrence(0, true),
                    recurrent("lstm-1", Recurrent.Kind.LSTM, false, false))),
    SIMPLE_RNN(
            perStep(
                    Recurrence.WHOLE,
                    recurrent("simple-rnn-1", Recurrent.Kind.SIMPLE, false, false))),
    BIDIRECTIONAL(perStep(Recurrence.WHOLE, recurrent("lstm-1", Recurrent.Kind.LSTM, true, false))),
    RESIDUAL_ALONG_TIME(
            perStep(
                    Recurrence.WHOLE,
                    recurrent("lstm-1", Recurrent.Kind.LSTM, false, false),
                    new Residual(
                            "residual-1",
                            List.of(
                                    recurrent(
                                            "residual-1/lstm-1",
                                            Recurrent.Kind.LSTM,
                                            false,
                                            false)),
                            Optional.empty()))),
    DENSE_ALONG_TIME(
            perStep(
                    Recurrence.WHOLE,
                    dense("dense-1", 4),
                    recurrent("lstm-1", Recurrent.Kind.LSTM, false, false))),
    LAST_STEP(sequence(recurrent("lstm-1", Recurrent.Kind.LSTM, false, true))),
    LAST_STEP_OF_A_SIMPLE_RNN(
            sequence(recurrent("simple-rnn-1", Recurrent.Kind.SIMPLE, false, true))),
    LAST_STEP_OF_BOTH_WAYS(sequence(recurrent("lstm-1", Recurrent.Kind.LSTM, true, true))),
    GLOBAL_POOLING_OF_SEQUENCES(
            sequence(
                    recurrent("lstm-1", Recurrent.Kind.LSTM, false, false),
                    new GlobalAveragePooling("global-avg-pool-1")));

    static final int STEPS = 5;
    static final int SYMBOLS = 4;

    private final NetworkPlan plan;

    ModelPlans(NetworkPlan plan) {
        this.plan = plan;
    }

    NetworkPlan plan() {
        return plan;
    }

    boolean isSequence() {
        return plan.inputShape().size() == 2;
    }

    /** Three by three pixels around each. */
    private static Window same() {
        return new Window(3, 1, true);
    }

    private static Optional<Activation> tanh() {
        return Optional.of(new Tanh());
    }

    static LayerPlan dense(String name, int units) {
        return new Dense(name, units, tanh());
    }

    static LayerPlan conv(String name, int channels, int filters, Window window) {
        return new Convolution(name, channels, filters, window, 1, tanh());
    }

    static LayerPlan linearConv(String name, int channels, int filters) {
        return new Convolution(name, channels, filters, same(), 1, Optional.empty());
    }

    static LayerPlan recurrent(
            String name, Recurrent.Kind kind, boolean bidirectional, boolean lastStep) {
        return new Recurrent(name, kind, 4, new Tanh(), bidirectional, lastStep);
    }

    private static NetworkPlan.Output output(boolean perStep) {
        return new NetworkPlan.Output(
                "output", 3, Loss.CROSS_ENTROPY, Optional.empty(), true, perStep, List.of());
    }

    static NetworkPlan image(LayerPlan... layers) {
        return new NetworkPlan(List.of(2, 5, 6), List.of(layers), output(false));
    }

    static NetworkPlan flat(LayerPlan... layers) {
        return new NetworkPlan(List.of(5), List.of(layers), output(false));
    }

    static NetworkPlan sequence(LayerPlan... layers) {
        return new NetworkPlan(List.of(3, STEPS), List.of(layers), output(false));
    }

    static NetworkPlan perStep(Recurrence recurrence, LayerPlan... layers) {
        return perStep(3, recurrence, layers);
    }

    static NetworkPlan perStep(int features, Recurrence recurrence, LayerPlan... layers) {
        return new NetworkPlan(List.of(features, STEPS), List.of(layers), output(true), recurrence);
    }
}
