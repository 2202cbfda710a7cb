package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.NetworkPlan.Recurrence;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;

/** What tensors of convolutions, blocks and recurrent layers say of themselves. */
class BlockTensorsTest {
    private static Map<String, Tensor> tensors(ModelPlans plan) {
        try (Network network = Networks.build(plan.plan())) {
            Map<String, Tensor> tensors = new TreeMap<>();
            int at = 0;
            for (Tensor tensor : network.tensors()) {
                assertEquals(at++, tensor.index());
                tensors.put(tensor.name(), tensor);
            }
            return tensors;
        }
    }

    private static void assertWeights(
            Tensor tensor, Role role, List<Integer> shape, int fanIn, int fanOut) {
        assertEquals(role, tensor.role(), tensor.name());
        assertEquals(shape, tensor.shape(), tensor.name());
        assertEquals(shape.get(0), tensor.units(), tensor.name());
        assertEquals(fanIn, tensor.fanIn(), tensor.name());
        assertEquals(fanOut, tensor.fanOut(), tensor.name());
    }

    @Test
    void aConvolutionHasUnitsChannelsAndAKernel() {
        Tensor weights = tensors(ModelPlans.CONVOLUTION).get("conv-1.W");
        assertWeights(weights, Role.WEIGHT, List.of(3, 2, 3, 3), 2 * 9, 3 * 9);
    }

    @Test
    void theWeightsOfAnImageUnitLieTogether() {
        try (Network network = Networks.build(ModelPlans.CONVOLUTION.plan())) {
            Tensor weights =
                    network.tensors().stream()
                            .filter(tensor -> tensor.name().equals("conv-1.W"))
                            .findFirst()
                            .orElseThrow();
            int offset = network.offset(weights.index());
            for (int i = 0; i < weights.size(); i++) {
                network.parameters().put(offset + i, i);
            }
            var array = ((Dl4jNetwork) network).model().layers()[0].getParam("W");
            assertEquals(((2 * 2 + 1) * 3 + 2) * 3 + 1, array.getInt(2, 1, 2, 1));
        }
    }

    @Test
    void anLstmHasWeightsOfItsInputAndOfItsState() {
        Map<String, Tensor> tensors = tensors(ModelPlans.LSTM);
        assertWeights(tensors.get("lstm-1.W"), Role.WEIGHT, List.of(16, 3), 3, 16);
        assertWeights(tensors.get("lstm-1.RW"), Role.RECURRENT, List.of(16, 4), 4, 16);
        assertEquals(Role.BIAS, tensors.get("lstm-1.b").role());
        Map<String, Tensor> both = tensors(ModelPlans.BIDIRECTIONAL);
        assertEquals(Role.RECURRENT, both.get("lstm-1/forward.RW").role());
        assertEquals(Role.RECURRENT, both.get("lstm-1/backward.RW").role());
        assertEquals(Role.WEIGHT, both.get("lstm-1/backward.W").role());
        assertEquals(Role.BIAS, both.get("lstm-1/backward.b").role());
    }

    @Test
    void anEmbeddingHasAVectorForEachSymbol() {
        Tensor vectors = tensors(ModelPlans.EMBEDDING).get("embedding-1.W");
        assertEquals(Role.EMBEDDING, vectors.role());
        assertEquals(12, vectors.size());
    }

    @Test
    void aNormHasAScaleAndAShiftThatDoNotDecay() {
        Map<String, Tensor> tensors = tensors(ModelPlans.NORMALIZED_DENSE);
        for (String name : List.of("batch-norm-1.gamma", "batch-norm-1.beta")) {
            assertEquals(Role.NORM, tensors.get(name).role());
            assertEquals(List.of(4), tensors.get(name).shape());
        }
        // Two for the norm, two for each of three layers with weights; no statistics.
        assertEquals(8, tensors.size());
        assertEquals(1, tensors.get("batch-norm-1.gamma").depth());
        assertEquals(2, tensors.get("dense-2.W").depth());
    }

    @Test
    void layersOfABranchSaySoAndTheLastEndsIt() {
        Map<String, Tensor> tensors = tensors(ModelPlans.PROJECTED_RESIDUAL);
        Tensor first = tensors.get("residual-1/conv-1.W");
        Tensor last = tensors.get("residual-1/conv-2.W");
        assertEquals(Role.WEIGHT, first.role());
        assertEquals(Role.BRANCH_END, last.role());
        for (Tensor tensor : List.of(first, last)) {
            assertEquals(1, tensor.branch());
            assertEquals(1, tensor.branches());
            assertEquals(2, tensor.layersInBranch());
        }
        Tensor projection = tensors.get("residual-1/projection.W");
        assertEquals(Role.WEIGHT, projection.role());
        assertEquals(0, projection.branch());
        assertEquals(0, tensors.get("output.W").branch());
        assertEquals(Role.OUTPUT, tensors.get("output.W").role());
    }

    @Test
    void frozenLayersHaveNoTensors() {
        MultiLayerNetwork model =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .list()
                                .layer(
                                        new FrozenLayer(
                                                new DenseLayer.Builder().nIn(3).nOut(4).build()))
                                .layer(new OutputLayer.Builder().nIn(4).nOut(2).build())
                                .build());
        model.init();
        try (Network network =
                new Dl4jNetwork(
                        new Dl4jModel.Chain(model),
                        List.of(3),
                        Recurrence.WHOLE,
                        ArrayLayout.OURS,
                        Optional.empty(),
                        1)) {
            assertEquals(List.of(4 * 2, 2), network.tensors().stream().map(Tensor::size).toList());
            assertEquals(3 * 4 + 4, network.offset(0));
        }
    }

    @Test
    void aGroupSeesItsChannelsAlone() {
        Tensor weights = tensors(ModelPlans.GROUPED_CONVOLUTION).get("conv-1/group-2.W");
        assertWeights(weights, Role.WEIGHT, List.of(2, 1, 3, 3), 9, 2 * 9);
    }
}
