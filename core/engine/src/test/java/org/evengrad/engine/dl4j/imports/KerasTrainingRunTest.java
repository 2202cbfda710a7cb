package org.evengrad.engine.dl4j.imports;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.data.Dataset;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.OpenedModel;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingData;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.run.ModelDescription;
import org.evengrad.engine.train.Evaluator;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.Trainer;
import org.evengrad.engine.train.TrainingResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of Keras, trained from a configuration, saved and opened. */
class KerasTrainingRunTest {
    private static final StrategyRegistry REGISTRY =
            PluginLoader.load(KerasTrainingRunTest.class.getClassLoader(), List.of(), List.of());
    private static final Dl4jNetworkBuilder BUILDER = new Dl4jNetworkBuilder(REGISTRY);
    private static final String ADAM =
            "{\"class_name\": \"Adam\", \"config\": {\"learning_rate\": 0.02, \"beta_1\": 0.9,"
                    + " \"beta_2\": 0.999, \"epsilon\": 1e-7, \"amsgrad\": false}}";

    @TempDir private Path folder;

    private TrainingPlan plan(String data, String... lines) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("keras.conf"),
                        "data { "
                                + data
                                + " }\nmodel { keras = model.h5 }\ntraining.threads = 1\n"
                                + String.join("\n", lines));
        return new Planner(REGISTRY, BUILDER).plan(new ConfigLoader(REGISTRY).load(file, Map.of()));
    }

    private Path file() {
        return folder.resolve("model.h5");
    }

    private static double loss(Network network, TrainingPlan plan, Batches batches) {
        return new Evaluator(network, plan.loss(), plan.data().task(), batches).loss();
    }

    /** Trains, and checks that the saved model gives the same with and without our entry. */
    private TrainingResult train(TrainingPlan plan) throws IOException {
        double before = loss(plan.network(), plan, plan.data().train());
        TrainingResult result = new Trainer(plan, List.of(), List.of(), new StopRequest()).train();
        assertTrue(result.trainLoss() < 0.8 * before, before + " became " + result.trainLoss());
        for (String entry : List.of(ModelDescription.of(plan, List.of()).toJson(), "{}")) {
            Path zip = folder.resolve("model.zip");
            plan.network().save(zip, entry);
            OpenedModel opened = BUILDER.open(zip, 1);
            Dataset data = plan.data().split().orElseThrow().dataset();
            try (Network again = opened.network(data.featureShape(), data.symbols())) {
                assertEquals(plan.network().inputShape(), again.inputShape());
                Batches batches =
                        TrainingData.batches(again, plan.data().split().get().train())
                                .orElseThrow();
                assertEquals(result.trainLoss(), loss(again, plan, batches), 1e-6);
            }
        }
        return result;
    }

    @Test
    void trainsAClassifier() throws IOException {
        new KerasFixture()
                .input(4)
                .dense("hidden", 4, 6, "tanh")
                .dense("classes", 6, 3, "softmax")
                .compiled("\"categorical_crossentropy\"", ADAM)
                .sequential(file());
        try (TrainingPlan plan =
                plan("source = iris, batch-size = 16", "training { epochs = 10 }")) {
            assertEquals("read from the model: adam 0.02, loss cross-entropy", plan.notes().get(0));
            train(plan);
        }
    }

    @Test
    void trainsConvolutionsWhoseChannelsComeLast() throws IOException {
        new KerasFixture()
                .input(8, 8, 1)
                .conv("conv", 1, 4, 3, "tanh")
                .layer("Flatten", "flatten", "\"data_format\": \"channels_last\"")
                .dense("classes", 6 * 6 * 4, 2, "softmax")
                .compiled("\"categorical_crossentropy\"", ADAM)
                .sequential(file());
        try (TrainingPlan plan =
                plan(
                        "source = shapes, samples = 80, size = 8, classes = 2, batch-size = 16",
                        "training { epochs = 12 }")) {
            assertEquals(List.of(1, 8, 8), plan.network().inputShape());
            train(plan);
        }
    }

    @Test
    void trainsSequencesWhoseFeaturesComeLast() throws IOException {
        new KerasFixture()
                .input(6, 2)
                .lstm("lstm", 2, 5, false)
                .dense("sum", 5, 1, "linear")
                .compiled("\"mse\"", ADAM)
                .sequential(file());
        try (TrainingPlan plan =
                plan(
                        "source = adding-problem, samples = 100, length = 6, batch-size = 16",
                        "training { epochs = 10 }")) {
            assertEquals(List.of(2, 6), plan.network().inputShape());
            train(plan);
        }
    }

    @Test
    void theSameFileGivesTheSameRun() throws IOException {
        new KerasFixture().input(4).dense("classes", 4, 3, "softmax").sequential(file());
        float[][] parameters = new float[2][];
        for (int i = 0; i < 2; i++) {
            try (TrainingPlan plan = plan("source = iris", "training { epochs = 2 }")) {
                new Trainer(plan, List.of(), List.of(), new StopRequest()).train();
                parameters[i] = new float[plan.network().parameters().limit()];
                plan.network().parameters().get(0, parameters[i]);
            }
        }
        assertArrayEquals(parameters[0], parameters[1]);
    }

    @Test
    void refusesImagesOfAnotherSize() {
        new KerasFixture()
                .input(9, 9, 1)
                .conv("conv", 1, 2, 3, "tanh")
                .layer("Flatten", "flatten", "\"data_format\": \"channels_last\"")
                .dense("classes", 7 * 7 * 2, 2, "softmax")
                .sequential(file());
        String message =
                assertThrows(
                                InvalidInputException.class,
                                () ->
                                        plan(
                                                "source = shapes, size = 8, classes = 2",
                                                "training { epochs = 1 }"))
                        .getMessage();
        assertTrue(
                message.contains(
                        "an example has the shape [1, 8, 8], the model in "
                                + file()
                                + " takes [1, 9, 9]"),
                message);
    }
}
