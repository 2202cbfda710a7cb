package org.evengrad.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes folders of repairs as the operation writes them. */
final class RepairFixture {
    private final Path folder;
    final ObjectNode doctor = RunFixture.MAPPER.createObjectNode();

    private RepairFixture(Path folder) {
        this.folder = folder;
    }

    /** 25 layers of sigmoid whose gradients vanish, and the same with two lines changed. */
    static RepairFixture repaired(Path folder) throws IOException {
        RepairFixture repair = new RepairFixture(folder);
        RunFixture.vanishing(Files.createDirectories(folder.resolve("control")));
        RunFixture.healthy(Files.createDirectories(folder.resolve("repaired")));
        ObjectNode doctor = repair.doctor;
        doctor.put("name", "deep-sigmoid").put("status", "repaired");
        outcome(doctor, "before", 0.098, 0.0021, 0.1, 0.096, 0.098);
        outcome(doctor, "after", 0.961, 0.0042, 0.957, 0.961, 0.965);
        doctor.put(
                "patch",
                "activation = relu    # passes gradients as they are\n"
                        + "initializer = he     # keeps variance under ReLU\n");
        edit(doctor.putArray("edits"), "activation");
        edit((ArrayNode) doctor.get("edits"), "initializer");
        doctor.put("proof", "supported").put("proofShare", 0.25).put("meanGain", 0.91);
        ArrayNode pairs = doctor.putArray("pairs");
        for (int i = 0; i < 3; i++) {
            pairs.addObject().put("seed", 1000 + i).put("control", 0.01 * i).put("repaired", 0.93);
        }
        doctor.put("cost", 2.61).put("costOfResult", 6.1).put("seconds", 83.2);
        doctor.put("repairedConfig", "/home/x/deep-sigmoid.repaired.conf");
        doctor.putArray("ruledOut").add("optimizer = adam alone: 0.02 beside 0.01 at 15%");
        List<String> layers = new ArrayList<>();
        for (int i = 1; i <= 25; i++) {
            layers.add("dense-" + i);
        }
        doctor.putArray("verdicts").add(RunFixture.vanishingVerdict(layers));
        ArrayNode tried = doctor.putArray("tried");
        tried(tried, "unchanged", false, 0.01, 0.02, 0.01);
        tried(tried, "activation = relu, initializer = he", true, 0.71, 0.89, 0.93);
        tried(tried, "optimizer = { use = adam, learning-rate = 0.001 }", false, 0.02, 0.02);
        tried(tried, "model.residual = true", false, 0.31, 0.52);
        tried(tried, "scheduler = { use = cosine, warmup = 5% }", false, -1);
        tried(tried, "guards = [ nonfinite, { use = clip-global-norm } ]", false, 0.01);
        doctor.putArray("trials")
                .addObject()
                .put("patch", "unchanged")
                .put("stage", "first-rung")
                .put("seed", 42)
                .put("steps", 62)
                .put("skill", 0.01)
                .put("seconds", 0.4);
        return repair;
    }

    private static void outcome(
            ObjectNode doctor, String side, double mean, double spread, double... values) {
        ObjectNode figure = doctor.putObject(side).putObject("testAccuracy");
        figure.put("mean", mean).put("spread", spread);
        ArrayNode all = figure.putArray("values");
        for (double value : values) {
            all.add(value);
        }
    }

    private static void edit(ArrayNode edits, String kind) {
        edits.addObject().put("kind", kind).put("key", kind).put("value", "x");
    }

    private static void tried(ArrayNode all, String patch, boolean chosen, double... skills) {
        ObjectNode tried = all.addObject().put("patch", patch).put("chosen", chosen);
        String[] lengths = {"short", "longer", "proof"};
        for (int i = 0; i < skills.length; i++) {
            tried.putObject(lengths[i]).put("skill", skills[i]).put("seeds", 2);
        }
    }

    /** Writes it out. */
    Path save() throws IOException {
        Files.writeString(folder.resolve("doctor.json"), doctor.toPrettyString());
        return folder;
    }
}
