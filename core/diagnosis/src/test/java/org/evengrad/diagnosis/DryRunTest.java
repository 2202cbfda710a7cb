package org.evengrad.diagnosis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.diagnosis.Movement.Travel;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.Forks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DryRunTest {
    private static final String NET =
            """
            data { source = blobs, samples = 320, classes = 3, features = 4, batch-size = 32
                   validation = 0, test = 0 }
            model { layers = [ { dense = 8 } ] }
            activation = tanh, initializer = xavier
            training { steps = 100 }
            """;

    @TempDir Path folder;

    private DryRun.Result dryRun(String config) throws IOException {
        Path file = Files.writeString(folder.resolve("net.conf"), NET + config);
        StrategyRegistry registry =
                PluginLoader.load(DryRunTest.class.getClassLoader(), List.of(), List.of());
        Planner planner = new Planner(registry, new Dl4jNetworkBuilder(registry));
        try (TrainingPlan plan = planner.plan(new ConfigLoader(registry).load(file, Map.of()))) {
            float[] before = parameters(plan);
            DryRun.Result result =
                    new DryRun(plan, Subject.of(plan), new ProbeBatch(plan))
                            .run(Forks.beforeTraining(plan), DryRun.STEPS, 1);
            assertArrayEquals(before, parameters(plan));
            return result;
        }
    }

    private static float[] parameters(TrainingPlan plan) {
        float[] values = new float[plan.network().parameters().limit()];
        plan.network().parameters().get(0, values);
        return values;
    }

    private static double first(DryRun.Result result) {
        List<Travel> travel = result.movement().travel();
        assertEquals(2, travel.size(), "biases are not judged");
        return travel.get(0).planned();
    }

    @Test
    void plansTheTravelOfTheScheduleAndNotOfItsFirstSteps() throws IOException {
        double constant = first(dryRun("optimizer { use = sgd, learning-rate = 1.0e-4 }"));
        double warm =
                first(
                        dryRun(
                                """
                                optimizer { use = sgd, learning-rate = 1.0e-4 }
                                scheduler { use = warmup, scheduler = constant, length = 50 steps }
                                """));
        assertTrue(constant > 0);
        // Half of the run at half of the rate on average.
        assertEquals(0.75, warm / constant, 0.02);
    }

    @Test
    void leavesWeightDecayOut() throws IOException {
        String adamW = "optimizer { use = adamw, learning-rate = 1.0e-4, weight-decay = ";
        double without = first(dryRun(adamW + "0 }"));
        double with = first(dryRun(adamW + "0.5 }"));
        assertEquals(1, with / without, 0.01);
    }
}
