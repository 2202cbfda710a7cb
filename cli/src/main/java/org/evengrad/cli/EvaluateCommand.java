package org.evengrad.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.engine.run.ScoresJson;
import org.evengrad.engine.train.Scores;
import org.evengrad.operations.EvaluateRequest;
import org.evengrad.operations.EvaluateRequest.Part;
import org.evengrad.operations.EvaluatedModel;
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
        EvaluatedModel evaluated =
                evengrad.facade()
                        .evaluate(new EvaluateRequest(model, Optional.ofNullable(data), chosen));
        Scores scores = evaluated.scores();
        if (evengrad.json()) {
            evengrad.out().print(ScoresJson.of(KebabCase.of(chosen), scores, evaluated.classes()));
        } else {
            TextTable table = new TextTable(0);
            ScoresText.byLabel(scores).forEach(table::row);
            evengrad.out()
                    .printf(Locale.ROOT, "%s, %,d rows%n", KebabCase.of(chosen), scores.rows());
            table.lines().forEach(evengrad.out()::println);
            ScoresText.confusion(scores, evaluated.classes()).forEach(evengrad.out()::println);
        }
        return ExitCode.DONE;
    }
}
