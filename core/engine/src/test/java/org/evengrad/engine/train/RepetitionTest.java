package org.evengrad.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same seed gives the same bits, also when a run was interrupted. */
class RepetitionTest {
    private static final StrategyRegistry REGISTRY =
            PluginLoader.load(RepetitionTest.class.getClassLoader(), List.of(), List.of());

    /** What is trained; paths are relative to the folder of the configuration. */
    enum Run {
        CONVOLUTIONS(
                4,
                """
                data { source = idx, images = images, labels = labels, batch-size = 8 }
                model.layers = [
                  { conv = 3, padding = same }, { batch-norm = true }
                  { residual = [ { conv = 4, stride = 2, padding = same }, { batch-norm = true }
                                 { conv = 4, padding = same }, { batch-norm = true } ] }
                  { global-avg-pool = true }
                ]
                optimizer { use = adam, learning-rate = 0.01 }
                """),
        DROPOUT(
                5,
                """
                data { source = blobs, samples = 60, features = 5, batch-size = 8 }
                model.layers = [ { dense = 12 }, { dropout = 0.4 }, { dense = 6 } ]
                optimizer { use = momentum, learning-rate = 0.05 }
                """),
        TRUNCATED(
                6,
                """
                data { source = text, file = text.txt, sequence-length = 13, batch-size = 4 }
                model.layers = [ { embedding = 4 }, { lstm = 5 } ]
                optimizer { use = sgd, learning-rate = 0.5 }
                training.truncate = 5
                """),
        TRUNCATED_WITH_TWO_GRADIENTS(
                6,
                """
                data { source = text, file = text.txt, sequence-length = 13, batch-size = 4 }
                model.layers = [ { lstm = 5 } ]
                optimizer { use = sam, optimizer { use = sgd, learning-rate = 0.2 } }
                training.truncate = 5
                """);

        private final int interruptAt;
        private final String config;

        Run(int interruptAt, String config) {
            this.interruptAt = interruptAt;
            this.config = config;
        }
    }

    @TempDir private Path folder;

    @BeforeEach
    void writeData() throws IOException {
        Random random = new Random(5);
        byte[] pixels = new byte[40 * 8 * 8];
        random.nextBytes(pixels);
        ByteBuffer images = ByteBuffer.allocate(16 + pixels.length);
        images.putInt(0x803).putInt(40).putInt(8).putInt(8).put(pixels);
        Files.write(folder.resolve("images"), images.array());
        ByteBuffer labels = ByteBuffer.allocate(8 + 40);
        labels.putInt(0x801).putInt(40);
        for (int i = 0; i < 40; i++) {
            labels.put((byte) (i % 3));
        }
        Files.write(folder.resolve("labels"), labels.array());
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 600; i++) {
            text.append("abcd ".charAt(random.nextInt(5)));
        }
        Files.writeString(folder.resolve("text.txt"), text);
    }

    private TrainingPlan plan(Run run, int seed) throws IOException {
        Path file = folder.resolve("net.conf");
        Files.writeString(
                file,
                "training { threads = 1, epochs = 3 }\nactivation = relu\nseed = "
                        + seed
                        + "\n"
                        + run.config);
        return new Planner(REGISTRY, new Dl4jNetworkBuilder(REGISTRY))
                .plan(new ConfigLoader(REGISTRY).load(file, Map.of()));
    }

    private String train(Run run, int seed) throws IOException {
        try (TrainingPlan plan = plan(run, seed)) {
            TrainingResult result =
                    new Trainer(plan, List.of(), List.of(), new StopRequest()).train();
            assertTrue(Double.isFinite(result.trainLoss()));
            return result.parametersSha256();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameSeedGivesTheSameBitsAndAnotherOnesOthers(Run run) throws IOException {
        String first = train(run, 1);
        assertEquals(first, train(run, 1));
        assertNotEquals(first, train(run, 2));
    }

    @ParameterizedTest
    @EnumSource
    void aResumedRunEqualsTheUninterruptedOne(Run run) throws IOException {
        String whole = train(run, 1);
        StopRequest stop = new StopRequest();
        List<Checkpoint> checkpoints = new ArrayList<>();
        TrainingListener interruption =
                new TrainingListener() {
                    @Override
                    public void stepped(StepRecord record) {
                        if (record.step() == run.interruptAt - 1) {
                            stop.request();
                        }
                    }

                    @Override
                    public void checkpoint(Checkpoint checkpoint) {
                        checkpoints.add(checkpoint);
                    }
                };
        try (TrainingPlan plan = plan(run, 1)) {
            new Trainer(plan, List.of(), List.of(interruption), stop).train();
        }
        Checkpoint checkpoint = checkpoints.get(0);
        boolean segments = run.config.contains("truncate");
        // A sequence of 13 steps has three segments.
        assertEquals(segments ? 6 : run.interruptAt - 1, checkpoint.state().step());
        try (TrainingPlan plan = plan(run, 1)) {
            TrainingResult resumed =
                    new Trainer(
                                    plan,
                                    List.of(),
                                    List.of(),
                                    new StopRequest(),
                                    Optional.of(checkpoint))
                            .train();
            assertEquals(whole, resumed.parametersSha256());
        }
    }

    @Test
    void dropoutDiffersFromStepToStep() throws IOException {
        try (TrainingPlan plan = plan(Run.DROPOUT, 1)) {
            var batch = plan.data().train().get(0, 0);
            plan.network().drawFrom(1);
            double first = plan.network().loss(batch);
            plan.network().drawFrom(2);
            assertNotEquals(first, plan.network().loss(batch));
            plan.network().drawFrom(1);
            assertEquals(first, plan.network().loss(batch));
        }
    }
}
