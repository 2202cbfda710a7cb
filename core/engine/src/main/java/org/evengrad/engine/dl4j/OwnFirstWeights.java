package org.evengrad.engine.dl4j;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.engine.network.FirstWeights;
import org.evengrad.engine.network.Network;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Draws the first weights of a model that was brought along the way DL4J would have done it. */
final class OwnFirstWeights implements FirstWeights {
    private final Model model;
    private final Network network;

    private OwnFirstWeights(Model model, Network network) {
        this.model = model;
        this.network = network;
    }

    /**
     * Empty for weights that DL4J did not draw itself: those of a model that has been trained, that
     * was read from elsewhere, or that a program has set.
     */
    static Optional<FirstWeights> of(Model model, Network network) {
        OwnFirstWeights own = new OwnFirstWeights(model, network);
        boolean untrained = BroughtModels.wrap(model).iterations() == 0;
        return untrained && own.drawn(own.seed()).equals(model.params().dup('c'))
                ? Optional.of(own)
                : Optional.empty();
    }

    private long seed() {
        return model instanceof MultiLayerNetwork chain
                ? chain.getDefaultConfiguration().getSeed()
                : ((ComputationGraph) model).getConfiguration().getDefaultConfiguration().getSeed();
    }

    @Override
    public void draw(long seed) {
        float[] values = drawn(seed).data().asFloat();
        network.parameters().put(0, values, 0, values.length);
    }

    /** The application's random numbers stay as they are. */
    private INDArray drawn(long seed) {
        ThreadGenerator before = ThreadGenerator.now();
        try {
            return twin(seed).params().dup('c');
        } finally {
            before.restore();
        }
    }

    private Model twin(long seed) {
        if (model instanceof MultiLayerNetwork chain) {
            MultiLayerConfiguration configuration = chain.getLayerWiseConfigurations().clone();
            seed(configuration.getConfs(), seed);
            MultiLayerNetwork twin = new MultiLayerNetwork(configuration);
            twin.init();
            return twin;
        }
        ComputationGraphConfiguration configuration =
                ((ComputationGraph) model).getConfiguration().clone();
        configuration.getDefaultConfiguration().setSeed(seed);
        ComputationGraph twin = new ComputationGraph(configuration);
        twin.init();
        return twin;
    }

    private static void seed(List<NeuralNetConfiguration> layers, long seed) {
        layers.forEach(layer -> layer.setSeed(seed));
    }
}
