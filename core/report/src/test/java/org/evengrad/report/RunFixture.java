package org.evengrad.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes run folders as training writes them, from formulas and a fixed seed. */
final class RunFixture {
    static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path folder;
    private final List<String> layers = new ArrayList<>();
    private final List<String> tensors = new ArrayList<>();
    private final Random random = new Random(7);
    private final StringBuilder metrics = new StringBuilder();
    private String name = "run";

    RunFixture(Path folder, int hiddenLayers) {
        this.folder = folder;
        for (int i = 1; i <= hiddenLayers; i++) {
            layers.add("dense-" + i);
        }
        layers.add("output");
        for (String layer : layers) {
            tensors.add(layer + ".W");
            tensors.add(layer + ".b");
        }
    }

    /** A run that went well: 3 layers, 400 steps, an evaluation every 20 steps, some clipping. */
    static Path healthy(Path folder) {
        RunFixture run = new RunFixture(folder, 3);
        run.start("first-run", 400);
        for (int step = 1; step <= 400; step++) {
            ObjectNode line =
                    run.step(step, (step - 1) / 20 + 1, 1.1 * Math.exp(-step / 90.0), 0.35);
            if (step < 60 && step % 7 == 3) {
                guard(line, "clip-global-norm", "scale", "norm 2.31 is above 1.0");
            }
            run.line(line);
            if (step % 20 == 0) {
                run.evaluation(
                        step,
                        step / 20,
                        0.12 + Math.exp(-step / 90.0),
                        0.97 - 0.6 * Math.exp(-step / 50.0));
            }
        }
        ObjectNode summary = run.summary("healthy", 400, 20, 1.234);
        summary.put("testAccuracy", 0.9667).put("testLoss", 0.108).put("bestEpoch", 18);
        summary.put("validationAccuracy", 0.9583).put("validationLoss", 0.131);
        summary.put("clippedShare", 8 / 400.0);
        run.write("summary.json", summary.toPrettyString());
        run.save();
        run.manifest();
        run.write("config.conf", CONFIG);
        return folder;
    }

    /** A run that went well, on sequences with a class at each of three time steps. */
    static Path sequences(Path folder) {
        RunFixture run = new RunFixture(folder, 1);
        run.start("sequences", 3);
        run.line(run.step(1, 1, 1, 0.3));
        run.save();
        ObjectNode summary = run.summary("healthy", 3, 3, 1);
        summary.put("testAccuracy", 0.75).put("testLoss", 1.5);
        summary.put("validationAccuracy", 0.5).put("validationLoss", 2);
        summary.putObject("testMetrics")
                .put("accuracy", 0.75)
                .put("macroF1", 0.7123)
                .put("perplexity", 4.4817);
        summary.putObject("validationMetrics")
                .put("accuracy", 0.5)
                .putNull("macroF1")
                .put("perplexity", 7.389);
        summary.putArray("testLossPerStep").add(2.5).add(1.25).addNull();
        summary.putArray("validationLossPerStep").add(2.25).add(1.75);
        run.confusion(summary, "a", "b & c", "d");
        run.write("summary.json", summary.toPrettyString());
        return folder;
    }

    /** Counts that are rows x 100 + columns, none where both are last. */
    void confusion(ObjectNode summary, String... classes) {
        ObjectNode confusion = summary.putObject("testConfusion");
        ArrayNode names = confusion.putArray("classes");
        ArrayNode counts = confusion.putArray("counts");
        for (int row = 0; row < classes.length; row++) {
            names.add(classes[row]);
            ArrayNode line = counts.addArray();
            for (int column = 0; column < classes.length; column++) {
                line.add(row + column == 2 * (classes.length - 1) ? 0 : 100 * row + column);
            }
        }
    }

    /** 25 hidden sigmoid layers under SGD: the gradient loses most of a factor 4 in each. */
    static Path vanishing(Path folder) {
        RunFixture run = new RunFixture(folder, 25);
        run.start("deep-sigmoid", 1250);
        for (int step = 1; step <= 1250; step++) {
            ObjectNode line = run.step(step, (step - 1) / 250 + 1, 2.31 + 0.01 / step, 1.4);
            run.line(line);
            if (step % 250 == 0) {
                run.evaluation(step, step / 250, 2.302, 0.1135);
            }
        }
        ObjectNode verdict = MAPPER.createObjectNode();
        verdict.put("type", "verdict");
        verdict.setAll(vanishingVerdict(run.layers));
        verdict.put("step", 1);
        run.line(verdict);
        ObjectNode summary = run.summary("unhealthy", 1250, 5, 12.9);
        summary.put("testAccuracy", 0.1135).put("testLoss", 2.3015);
        summary.put("validationAccuracy", 0.1121).put("validationLoss", 2.3019);
        ArrayNode verdicts = summary.putArray("verdicts");
        verdicts.add(vanishingVerdict(run.layers));
        ObjectNode second = verdicts.addObject();
        second.put("problem", "slow-convergence").put("severity", "warn").put("cause", "budget");
        second.putArray("layers");
        second.putObject("evidence")
                .putObject("remainingLossShare")
                .put("value", 0.98)
                .put("threshold", 0.5);
        second.putObject("seeds").put("k", 1).put("n", 1);
        second.put("what", "Half of the budget is used and 98% of the null loss remains.");
        second.put("why", "The layers below the output do not move.");
        second.putArray("advice").add("Repair the vanishing gradient first.");
        run.write("summary.json", summary.toPrettyString());
        run.save();
        run.manifest();
        run.write("config.conf", CONFIG);
        return folder;
    }

    /** Gradients that turn NaN at step 60, each such step skipped until training gives up. */
    static Path diverged(Path folder) {
        RunFixture run = new RunFixture(folder, 6);
        run.start("too-hot", 400);
        for (int step = 1; step <= 79; step++) {
            ObjectNode line = run.step(step, 1, 0.7 * Math.exp(Math.max(0, step - 40) / 3.0), -0.3);
            if (step == 5) {
                zero(line, "dense-2.W");
            }
            if (step >= 60) {
                line.putNull("loss");
                for (Measure measure : List.of(Measure.BEFORE_GUARDS, Measure.AFTER_GUARDS)) {
                    ObjectNode norms = (ObjectNode) line.get(measure.key());
                    norms.putNull("dense-4.W");
                    norms.putNull("dense-5.W");
                }
                run.tensors.forEach(
                        tensor -> ((ObjectNode) line.get("updateRatio")).put(tensor, 0));
                guard(line, "nonfinite", "skip", "dense-4.W has 12 NaN");
            }
            run.line(line);
        }
        ObjectNode summary = run.summary("diverged", 79, 0, 0.4);
        summary.putNull("trainLoss");
        summary.put("skippedSteps", 20);
        ObjectNode verdict = summary.putArray("verdicts").addObject();
        verdict.put("problem", "non-finite").put("severity", "error").put("cause", "learning-rate");
        verdict.putArray("layers").add("dense-4").add("dense-5");
        verdict.putObject("evidence")
                .putObject("skippedSteps")
                .put("value", 20)
                .put("threshold", 20);
        verdict.putObject("seeds").put("k", 1).put("n", 1);
        verdict.put(
                "what",
                "20 steps in a row had a NaN or an infinity, first in dense-4.W at step 60.");
        verdict.put("why", "The learning rate is too high.");
        verdict.putArray("advice")
                .add("optimizer.learning-rate = 0.01")
                .add("guards += clip-global-norm");
        run.write("summary.json", summary.toPrettyString());
        run.save();
        run.manifest();
        run.write("config.conf", CONFIG);
        return folder;
    }

    static final String CONFIG =
            """
            name = first-run, seed = 42
            data        { source = iris, batch-size = 32, test = 0.2 }
            model       { layers = [ { dense = 64, repeat = 3 } ], loss = cross-entropy }
            initializer = he
            activation  = relu
            optimizer   { use = adam, learning-rate = 0.001 }
            scheduler   { use = cosine, warmup = 5% }
            guards      = [ nonfinite, { use = clip-global-norm, max-norm = 1.0 } ]
            training    { epochs = 20 }
            """;

    void start(String name, int plannedSteps) {
        ObjectNode layout = MAPPER.createObjectNode();
        layout.put("type", "layout");
        tensors.forEach(layout.putArray("tensors")::add);
        layers.forEach(layout.putArray("layers")::add);
        layout.put("plannedSteps", plannedSteps).put("stepsPerEpoch", 20);
        this.name = name;
        line(layout);
    }

    /**
     * A step's line.
     *
     * @param decay how much of the gradient is lost from a layer to the one below, as a power of e
     */
    ObjectNode step(long step, int epoch, double loss, double decay) {
        ObjectNode line = MAPPER.createObjectNode();
        line.put("type", "step").put("step", step).put("epoch", epoch);
        line.put("loss", loss * (1 + 0.08 * random.nextGaussian()));
        double rate = 0.001 * Math.min(1, step / 20.0) * (0.55 + 0.45 * Math.cos(step / 400.0));
        line.put("learningRate", rate);
        for (Measure measure : Measure.values()) {
            ObjectNode norms = line.putObject(measure.key());
            for (int t = 0; t < tensors.size(); t++) {
                int below = layers.size() - 1 - t / 2;
                double norm = 0.4 * Math.exp(-decay * below + 0.3 * random.nextGaussian());
                norms.put(tensors.get(t), norm * (measure == Measure.UPDATE_RATIO ? 0.004 : 1));
            }
        }
        line.putArray("guards");
        return line;
    }

    void evaluation(long step, int epoch, double loss, double accuracy) {
        line(
                MAPPER.createObjectNode()
                        .put("type", "evaluation")
                        .put("step", step)
                        .put("epoch", epoch)
                        .put("validationLoss", loss)
                        .put("validationAccuracy", accuracy));
    }

    static void guard(ObjectNode line, String guard, String action, String reason) {
        ((ArrayNode) line.get("guards"))
                .addObject()
                .put("guard", guard)
                .put("action", action)
                .putNull("tensor")
                .put("factor", 0.5)
                .put("reason", reason);
    }

    static void zero(ObjectNode line, String tensor) {
        ((ObjectNode) line.get(Measure.BEFORE_GUARDS.key())).put(tensor, 0);
    }

    static ObjectNode vanishingVerdict(List<String> layers) {
        ObjectNode verdict = MAPPER.createObjectNode();
        verdict.put("problem", "vanishing-gradient").put("severity", "error");
        layers.subList(0, 22).forEach(verdict.putArray("layers")::add);
        verdict.put("cause", "activation-slope");
        ObjectNode evidence = verdict.putObject("evidence");
        evidence.putObject("totalSignal").put("value", 3.2e-16).put("threshold", 1e-3);
        evidence.putObject("plannedTravel").put("value", 4.1e-9).put("threshold", 0.01);
        verdict.putObject("seeds").put("k", 16).put("n", 16);
        verdict.put(
                "what",
                "The signal from the last to the first layer is 3.2e-16; under SGD the first layer"
                        + " moves by 4.1e-9 of its size in the whole run.");
        verdict.put(
                "why",
                "The slope of sigmoid is at most a quarter: 93% of the loss of signal is the"
                        + " activation's.");
        verdict.putArray("advice")
                .add("activation = relu and initializer = he")
                .add("or model.residual = true");
        return verdict;
    }

    ObjectNode summary(String status, int steps, int epochs, double seconds) {
        ObjectNode summary = MAPPER.createObjectNode();
        summary.put("status", status).put("name", name).put("seed", 42).put("parameters", 52_650);
        summary.put("steps", steps).put("epochs", epochs).put("seconds", seconds);
        summary.put("trainLoss", 0.0981).putNull("validationLoss").putNull("validationAccuracy");
        summary.putNull("testLoss").putNull("testAccuracy").putNull("bestEpoch");
        summary.putObject("samplesPerSecond").put("median", 48_210.4).put("p95", 61_000);
        summary.putObject("stepMillis").put("median", 0.664).put("p95", 1.12);
        summary.put("skippedSteps", 0).put("rollbacks", 0).put("clippedShare", 0);
        summary.put("parametersSha256", "6f1c…").putArray("verdicts");
        return summary;
    }

    void manifest() {
        ObjectNode manifest = MAPPER.createObjectNode();
        manifest.put("version", "0.1.0").put("commit", "1f2e3d4").put("seed", 42).put("threads", 2);
        manifest.putObject("java").put("version", "17.0.15").put("vm", "OpenJDK 64-Bit Server VM");
        manifest.putObject("os").put("name", "Linux").put("arch", "amd64");
        ObjectNode data = manifest.putObject("data");
        data.put("sha256", "9b2c6f0f8e1d").put("trainRows", 102);
        data.putObject("normalizer").putArray("mean").add(5.84).add(3.05).add(3.76).add(1.2);
        manifest.putArray("plugins")
                .addObject()
                .put("jar", "evengrad-he.jar")
                .put("sha256", "aa11");
        manifest.put("start", "2026-01-02T03:04:05Z").put("end", "2026-01-02T03:04:07Z");
        manifest.put("exitReason", "completed");
        write("manifest.json", manifest.toPrettyString());
    }

    void line(ObjectNode line) {
        append(line + "\n");
    }

    /** Adds to the metrics as is. */
    RunFixture append(String text) {
        metrics.append(text);
        return this;
    }

    /** Writes the metrics out. */
    void save() {
        write("metrics.jsonl", metrics.toString());
    }

    void write(String name, String text) {
        try {
            Files.writeString(folder.resolve(name), text);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
