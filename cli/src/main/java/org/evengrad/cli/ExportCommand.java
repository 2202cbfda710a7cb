package org.evengrad.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.engine.dl4j.export.PlainModel;
import org.evengrad.engine.dl4j.export.PlainModel.Updater;
import org.evengrad.operations.ExportRequest;
import org.evengrad.operations.ExportedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Writes a trained model for plain DL4J. */
@Command(
        name = "export",
        description = {
            "Write a trained model that opens with plain DL4J, without Evengrad's jars.",
            "",
            "The zip holds DL4J's own classes only, the updater that is DL4J's for the run's"
                    + " optimizer, and what the optimizer remembered, so that fit goes on where"
                    + " training ended. What DL4J lacks is refused, each by its name and layer."
        },
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evengrad export runs/net-001 net.zip",
            "  evengrad export runs/net-001/model.zip net.zip --force",
            "",
            "In Java: ModelSerializer.restoreMultiLayerNetwork(\"net.zip\", true)"
        })
final class ExportCommand implements Callable<Integer> {
    @ParentCommand private EvengradCommand evengrad;

    @Parameters(
            paramLabel = "RUN|MODEL",
            description =
                    "A run folder, or a model zip, which knows nothing of what the optimizer"
                            + " remembered.")
    private Path model;

    @Parameters(paramLabel = "FILE", description = "The zip to write; must not exist.")
    private Path file;

    @Option(names = "--force", description = "Write over FILE.")
    private boolean force;

    @Option(
            names = "--checkpoint",
            description =
                    "Export the newest checkpoint, where training kept other parameters than the"
                            + " last ones.")
    private boolean checkpoint;

    @Override
    public Integer call() {
        ExportedModel exported =
                evengrad.facade().export(new ExportRequest(model, file, force, checkpoint));
        if (evengrad.json()) {
            evengrad.out().println(Json.text(object(exported)));
        } else {
            print(exported);
        }
        return ExitCode.DONE;
    }

    private static Map<String, Object> object(ExportedModel exported) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("file", exported.file().toString());
        object.put("opensWith", opener(exported.model()));
        object.put("optimizer", exported.optimizer().orElse(null));
        String updater = exported.model().updaterName();
        object.put("updater", updater.isEmpty() ? null : updater);
        object.put("training", KebabCase.of(exported.model().updater()));
        object.put(
                "learningRate", exported.rate().isPresent() ? exported.rate().getAsDouble() : null);
        object.put("iterations", exported.model().iterations());
        object.put("notes", exported.notes());
        return object;
    }

    private void print(ExportedModel exported) {
        PlainModel written = exported.model();
        evengrad.out().println("Wrote " + file + ". Open with: ModelSerializer." + opener(written));
        if (written.updater() == Updater.AS_CONFIGURED) {
            evengrad.out().println("fit goes on with the updaters of its configuration");
        } else if (written.updater() != Updater.NONE) {
            String memory =
                    written.updater() == Updater.WITH_MEMORY
                            ? ", with its memory of " + written.iterations() + " steps"
                            : ", without a memory";
            evengrad.out()
                    .println(
                            "fit goes on with "
                                    + written.updaterName()
                                    + " at a constant rate of "
                                    + Numbers.shortest(exported.rate().getAsDouble())
                                    + memory);
        }
        exported.notes().forEach(note -> evengrad.out().println("note: " + note));
    }

    private static String opener(PlainModel model) {
        return model.graph() ? "restoreComputationGraph" : "restoreMultiLayerNetwork";
    }
}
