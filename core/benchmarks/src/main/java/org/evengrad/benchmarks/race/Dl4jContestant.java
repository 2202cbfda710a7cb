package org.evengrad.benchmarks.race;

import java.nio.file.Path;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** DL4J's {@code fit} of the same networks, at its defaults. */
final class Dl4jContestant {
    private static final double RATE = 1e-3;

    private Dl4jContestant() {}

    /**
     * Trains until the race is over.
     *
     * @param arguments the model, and the folder of the examples
     */
    public static void main(String[] arguments) throws Exception {
        Turns turns = Turns.ofProcess();
        RaceModel model = RaceModel.of(arguments[0]);
        ShuffledBatches batches =
                new ShuffledBatches(model, Examples.read(model.source(), Path.of(arguments[1])));
        Model network = network(model);
        network.addListeners(new AfterEachStep(turns));
        turns.ready();
        while (true) {
            if (network instanceof ComputationGraph graph) {
                graph.fit(batches);
            } else {
                ((MultiLayerNetwork) network).fit(batches);
            }
        }
    }

    /** A network with its first weights. */
    static Model network(RaceModel model) {
        Model network =
                switch (model) {
                    case MLP -> dense(784, 10, 256, 10, Activation.TANH);
                    case TINY -> dense(2, 15, 5, 3, Activation.TANH);
                    case WIDE -> dense(784, 3, 2048, 10, Activation.RELU);
                    case CNN -> convolutions();
                    case RESIDUAL -> residual();
                    case LSTM -> recurrent();
                };
        network.init();
        return network;
    }

    private static NeuralNetConfiguration.Builder configuration() {
        return new NeuralNetConfiguration.Builder()
                .seed(1)
                .weightInit(WeightInit.XAVIER)
                .updater(new Adam(RATE));
    }

    private static DenseLayer layer(int inputs, int units, Activation activation) {
        return new DenseLayer.Builder().nIn(inputs).nOut(units).activation(activation).build();
    }

    private static OutputLayer output(int inputs, int classes) {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(inputs)
                .nOut(classes)
                .activation(Activation.SOFTMAX)
                .build();
    }

    private static Model dense(
            int inputs, int depth, int width, int classes, Activation activation) {
        ListBuilder layers = configuration().list();
        for (int i = 0; i < depth; i++) {
            layers.layer(layer(i == 0 ? inputs : width, width, activation));
        }
        return new MultiLayerNetwork(layers.layer(output(width, classes)).build());
    }

    private static Model convolutions() {
        return new MultiLayerNetwork(
                configuration()
                        .list()
                        .layer(convolution(20))
                        .layer(pooling())
                        .layer(convolution(50))
                        .layer(pooling())
                        .layer(layer(800, 500, Activation.RELU))
                        .layer(output(500, Examples.DIGITS))
                        .setInputType(InputType.convolutionalFlat(28, 28, 1))
                        .build());
    }

    private static ConvolutionLayer convolution(int filters) {
        return new ConvolutionLayer.Builder(5, 5).nOut(filters).activation(Activation.RELU).build();
    }

    private static SubsamplingLayer pooling() {
        return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                .kernelSize(2, 2)
                .stride(2, 2)
                .build();
    }

    private static Model residual() {
        GraphBuilder graph = configuration().graphBuilder().addInputs("in");
        graph.addLayer("stem", layer(784, 128, Activation.RELU), "in");
        String before = "stem";
        for (int i = 0; i < 20; i++) {
            graph.addLayer("a" + i, layer(128, 128, Activation.RELU), before);
            graph.addLayer("b" + i, layer(128, 128, Activation.IDENTITY), "a" + i);
            graph.addVertex(
                    "sum" + i, new ElementWiseVertex(ElementWiseVertex.Op.Add), before, "b" + i);
            before = "sum" + i;
        }
        graph.addLayer("out", output(128, Examples.DIGITS), before).setOutputs("out");
        return new ComputationGraph(graph.build());
    }

    private static Model recurrent() {
        return new MultiLayerNetwork(
                configuration()
                        .list()
                        .layer(
                                new LSTM.Builder()
                                        .nIn(Examples.SYMBOLS)
                                        .nOut(128)
                                        .activation(Activation.TANH)
                                        .build())
                        .layer(
                                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                        .nIn(128)
                                        .nOut(Examples.SYMBOLS)
                                        .activation(Activation.SOFTMAX)
                                        .build())
                        .build());
    }

    private static final class AfterEachStep extends BaseTrainingListener {
        private final Turns turns;

        AfterEachStep(Turns turns) {
            this.turns = turns;
        }

        @Override
        public void iterationDone(Model model, int iteration, int epoch) {
            turns.stepped();
        }
    }
}
