package org.evengrad.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.engine.train.Scores;
import org.evengrad.operations.EvaluateRequest;
import org.evengrad.operations.EvaluateRequest.Part;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Scores a saved model. */
@Command(
        name = "evaluate",
        description = "Score a trained model on data, prepared as its training data was.",
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evengrad evaluate runs/net-001",
            "  evengrad evaluate runs/net-001/model.zip --data new-rows.csv",
            "  evengrad evaluate model.zip --data net.conf --part all"
        })
final class EvaluateCommand implements Callable<Integer> {
    @ParentCommand private EvengradCommand evengrad;

    @Parameters(paramLabel = "RUN|MODEL", description = "A run folder, or a model zip.")
    private Path model;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description =
                    "A configuration (.conf) whose data block names the rows, or a CSV file."
                            + " Without it: the data that the model was trained with.")
    private Path data;

    @Option(
            names = "--part",
            paramLabel = "train|validation|test|all",
            description = "Which rows. Without it: test, or all of a CSV file.")
    private Part part;

    @Override
    public Integer call() {
        boolean csv = data != null && !data.toString().endsWith(".conf");
        Part chosen = part != null ? part : csv ? Part.ALL : Part.TEST;
        Scores scores =
                evengrad.facade()
                        .evaluate(new EvaluateRequest(model, Optional.ofNullable(data), chosen))
                        .scores();
        if (evengrad.json()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("part", KebabCase.of(chosen));
            object.put("rows", scores.rows());
            object.put("loss", Double.isFinite(scores.loss()) ? scores.loss() : null);
            object.put(
                    "accuracy",
                    scores.accuracy().isPresent() ? scores.accuracy().getAsDouble() : null);
            evengrad.out().println(Json.text(object));
        } else {
            evengrad.out()
                    .println(
                            String.format(
                                    Locale.ROOT,
                                    "%s, %,d rows:%s loss %s",
                                    KebabCase.of(chosen),
                                    scores.rows(),
                                    scores.accuracy().isPresent()
                                            ? " accuracy "
                                                    + Numbers.percent(
                                                            scores.accuracy().getAsDouble())
                                                    + ","
                                            : "",
                                    Numbers.shortest(scores.loss())));
        }
        return ExitCode.DONE;
    }
}
