package org.evengrad.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** First weights of a small convolutional network with residual blocks. */
class BlockInitializationTest {
    private static final StrategyRegistry REGISTRY =
            PluginLoader.load(BlockInitializationTest.class.getClassLoader(), List.of(), List.of());

    private static final String LAYERS =
            """
            model.layers = [
              { conv = 3, padding = same }, { batch-norm = true }
              { residual = [ { conv = 3, padding = same }, { conv = 3, padding = same } ] }
              { residual = [ { conv = 4, stride = 2, padding = same }, { conv = 4, padding = same } ] }
              { global-avg-pool = true }
            ]
            """;

    @TempDir private Path folder;

    @BeforeEach
    void writeImages() throws IOException {
        byte[] pixels = new byte[24 * 6 * 6];
        new Random(5).nextBytes(pixels);
        ByteBuffer images = ByteBuffer.allocate(16 + pixels.length);
        images.putInt(0x803).putInt(24).putInt(6).putInt(6).put(pixels);
        Files.write(folder.resolve("images"), images.array());
        ByteBuffer labels = ByteBuffer.allocate(8 + 24);
        labels.putInt(0x801).putInt(24);
        for (int i = 0; i < 24; i++) {
            labels.put((byte) (i % 2));
        }
        Files.write(folder.resolve("labels"), labels.array());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"he", "glorot", "orthogonal", "delta-orthogonal", "fixup", "rezero", "lsuv"})
    void eachInitializerGivesAFiniteLossAndFiniteSignals(String initializer) throws IOException {
        Path file = folder.resolve("net.conf");
        String name = initializer.equals("glorot") ? "xavier" : initializer;
        Files.writeString(
                file,
                "training.threads = 1, activation = relu\n"
                    + "data { source = idx, images = images, labels = labels, batch-size = 8 }\n"
                    + "initializer = "
                        + name
                        + "\n"
                        + LAYERS);
        try (TrainingPlan plan =
                new Planner(REGISTRY, new Dl4jNetworkBuilder(REGISTRY))
                        .plan(new ConfigLoader(REGISTRY).load(file, Map.of()))) {
            for (Tensor tensor : plan.network().tensors()) {
                int at = plan.network().offset(tensor.index());
                for (int i = at; i < at + tensor.size(); i++) {
                    float value = plan.network().parameters().get(i);
                    assertTrue(Float.isFinite(value), tensor.name());
                    if (tensor.role() == Role.NORM) {
                        assertEquals(tensor.name().endsWith("gamma") ? 1 : 0, value);
                    }
                }
            }
            Batch batch = plan.data().toTrain().get(0, 0);
            double loss = plan.network().gradient(batch);
            assertTrue(loss > 0 && loss < 20, initializer + ": " + loss);
            List<LayerSignal> signals = plan.network().signals(batch, 1).layers();
            LayerSignal output = signals.get(signals.size() - 1);
            assertTrue(Double.isFinite(output.logDelta()));
            assertTrue(Double.isFinite(signals.get(0).forwardVariance()));
        }
    }
}
