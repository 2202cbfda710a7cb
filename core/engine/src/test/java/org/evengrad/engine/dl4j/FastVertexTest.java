package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.evengrad.engine.dl4j.layers.ScaleChannelsVertex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Fast vertices against DL4J's. */
class FastVertexTest {
    private static GraphBuilder graph() {
        return new NeuralNetConfiguration.Builder().graphBuilder().addInputs("in");
    }

    private static DenseLayer dense(int inputs, int units, Activation activation) {
        return new DenseLayer.Builder().nIn(inputs).nOut(units).activation(activation).build();
    }

    private static OutputLayer output(int inputs) {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(inputs)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build();
    }

    private static Agreement of(GraphBuilder graph, Integer... inputShape) {
        return Agreement.of(graph.setOutputs("out").build(), inputShape);
    }

    /** Two layers side by side, and what joins them. */
    private static GraphBuilder joined(ElementWiseVertex.Op op) {
        return graph().addLayer("a", dense(4, 5, Activation.TANH), "in")
                .addLayer("b", dense(4, 5, Activation.SIGMOID), "in")
                .addVertex("join", new ElementWiseVertex(op), "a", "b")
                .addLayer("out", output(5), "join");
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementWiseVertex.Op.class,
            names = {"Add", "Subtract", "Average", "Product"})
    void agreesForEveryWayToJoin(ElementWiseVertex.Op op) {
        of(joined(op), 4).holds();
    }

    @Test
    void leavesMaximaToDl4j() {
        assertEquals(
                List.of("join: an ElementWiseVertex with Max"),
                of(joined(ElementWiseVertex.Op.Max), 4).translated().notCovered());
    }

    @Test
    void agreesForSeveralResidualBlocks() {
        GraphBuilder graph = graph().addLayer("s0", dense(4, 6, Activation.RELU), "in");
        for (int i = 1; i <= 3; i++) {
            graph.addLayer("a" + i, dense(6, 6, Activation.RELU), "s" + (i - 1))
                    .addLayer("b" + i, dense(6, 6, Activation.IDENTITY), "a" + i)
                    .addVertex(
                            "s" + i,
                            new ElementWiseVertex(ElementWiseVertex.Op.Add),
                            i == 2 ? "b" + i : "s" + (i - 1),
                            i == 2 ? "s" + (i - 1) : "b" + i);
        }
        of(graph.addLayer("out", output(6), "s3"), 4).holds();
    }

    @Test
    void agreesForABranchThatEndsInAnActivation() {
        of(
                        graph().addLayer("a", dense(4, 5, Activation.TANH), "in")
                                .addLayer("b", dense(5, 5, Activation.MISH), "a")
                                .addVertex(
                                        "sum",
                                        new ElementWiseVertex(ElementWiseVertex.Op.Add),
                                        "a",
                                        "b")
                                .addLayer("after", new ActivationLayer(Activation.TANH), "sum")
                                .addLayer("out", output(5), "after"),
                        4)
                .holds();
    }

    @Test
    void agreesForSumsOfSums() {
        ElementWiseVertex add = new ElementWiseVertex(ElementWiseVertex.Op.Add);
        of(
                        graph().addLayer("a", dense(4, 5, Activation.TANH), "in")
                                .addLayer("b", dense(4, 5, Activation.TANH), "in")
                                .addLayer("c", dense(4, 5, Activation.SIGMOID), "in")
                                .addVertex("ab", add, "a", "b")
                                .addVertex("abc", add, "ab", "c")
                                .addVertex("all", add, "abc", "c", "abc")
                                .addLayer("out", output(5), "all"),
                        4)
                .holds();
    }

    @Test
    void agreesForASumThatTheInputIsIn() {
        of(
                        graph().addLayer("a", dense(4, 4, Activation.TANH), "in")
                                .addVertex(
                                        "sum",
                                        new ElementWiseVertex(ElementWiseVertex.Op.Add),
                                        "in",
                                        "a")
                                .addLayer("out", output(4), "sum"),
                        4)
                .holds();
    }

    @Test
    void agreesForSumsThatAreCutIntoPieces() {
        ElementWiseVertex add = new ElementWiseVertex(ElementWiseVertex.Op.Add);
        of(
                        graph().addLayer("a", dense(3, 1400, Activation.TANH), "in")
                                .addLayer("b", dense(1400, 1400, Activation.IDENTITY), "a")
                                .addVertex("sum", add, "a", "b")
                                .addVertex(
                                        "mean",
                                        new ElementWiseVertex(ElementWiseVertex.Op.Average),
                                        "sum",
                                        "b")
                                .addLayer("out", output(1400), "mean"),
                        3)
                .rows(7)
                .scale(0.02, 1e-4)
                .onlyInFloats()
                .holds();
    }

    @Test
    void agreesForMergedFeatures() {
        of(
                        graph().addLayer("a", dense(4, 5, Activation.TANH), "in")
                                .addLayer("b", dense(5, 2, Activation.TANH), "a")
                                .addVertex("all", new MergeVertex(), "a", "b", "in")
                                .addLayer("out", output(11), "all"),
                        4)
                .holds();
    }

    @Test
    void agreesForSubsets() {
        of(
                        graph().addLayer("a", dense(4, 7, Activation.TANH), "in")
                                .addVertex("first", new SubsetVertex(0, 2), "a")
                                .addVertex("second", new SubsetVertex(2, 5), "a")
                                .addVertex("all", new MergeVertex(), "second", "first")
                                .addLayer("out", output(7), "all"),
                        4)
                .holds();
    }

    @Test
    void agreesForChannels() {
        DenseLayer pixels = dense(4, 12, Activation.TANH);
        GraphBuilder graph =
                graph().addLayer("pixels", pixels, "in")
                        .addLayer(
                                "image",
                                new ActivationLayer(Activation.SIGMOID),
                                new FeedForwardToCnnPreProcessor(2, 2, 3),
                                "pixels")
                        .addLayer("scales", dense(4, 3, Activation.SIGMOID), "in")
                        .addVertex("scaled", new ScaleChannelsVertex(), "image", "scales")
                        .addVertex("all", new MergeVertex(), "scaled", "image")
                        .addVertex("some", new SubsetVertex(1, 4), "all")
                        .addLayer(
                                "out",
                                output(16),
                                new CnnToFeedForwardPreProcessor(2, 2, 4),
                                "some");
        of(graph, 4).holds();
    }

    @Test
    void namesAVertexThatItLeavesToDl4j() {
        GraphBuilder graph =
                graph().addVertex("length", new L2NormalizeVertex(), "in")
                        .addLayer("out", output(4), "length");
        assertEquals(List.of("length: L2NormalizeVertex"), of(graph, 4).translated().notCovered());
    }
}
