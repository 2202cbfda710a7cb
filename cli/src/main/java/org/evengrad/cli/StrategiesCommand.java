package org.evengrad.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.evengrad.config.bind.StrategyWriter;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.plugins.StrategyType;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.config.problem.Suggestion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Lists the installed strategies, and explains one. */
@Command(
        name = "strategies",
        description = "List what is installed, or explain one strategy.",
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evengrad strategies optimizers",
            "  evengrad strategies optimizers adam",
            "  evengrad strategies --plugins my-plugins --format json"
        })
final class StrategiesCommand implements Callable<Integer> {
    /** How the list is written; lower case is what the user types. */
    enum Format {
        text,
        markdown,
        json
    }

    @ParentCommand private EvengradCommand evengrad;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "KIND",
            description = "initializers, activations, optimizers, schedulers or guards.")
    private String kindWord;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "Explain this one: its options, defaults, paper, and where it is from.")
    private String name;

    @Option(
            names = "--format",
            defaultValue = "text",
            paramLabel = "text|markdown|json",
            description = "How to write it. Without it: ${DEFAULT-VALUE}.")
    private Format format;

    @Override
    public Integer call() {
        StrategyRegistry registry = evengrad.registry();
        Optional<Kind> kind = Optional.ofNullable(kindWord).map(word -> kind(word, registry));
        List<StrategyType> chosen;
        if (kind.isEmpty()) {
            chosen = registry.all();
        } else if (name == null) {
            chosen = registry.all(kind.get());
        } else {
            chosen = List.of(registry.require(kind.get(), name));
        }
        evengrad.out().print(written(chosen, registry));
        return ExitCode.DONE;
    }

    private String written(List<StrategyType> types, StrategyRegistry registry) {
        if (evengrad.json() || format == Format.json) {
            return StrategyJson.write(types, new StrategyWriter(registry));
        }
        if (format == Format.markdown) {
            return StrategyMarkdown.write(types, new StrategyWriter(registry));
        }
        StrategyText text = new StrategyText(evengrad.surroundings());
        return name == null
                ? text.list(types)
                : text.explain(types.get(0), new StrategyWriter(registry));
    }

    private static Kind kind(String word, StrategyRegistry registry) {
        return Kind.of(word).orElseThrow(() -> unknownKind(word, registry));
    }

    private static InvalidInputException unknownKind(String word, StrategyRegistry registry) {
        List<String> kinds = Arrays.stream(Kind.values()).map(Kind::folder).toList();
        String hint =
                registry.all().stream()
                        .filter(type -> type.name().equals(word))
                        .map(type -> " Did you mean " + type.kind().folder() + " " + word + "?")
                        .findFirst()
                        .orElse(Suggestion.sentence(word, kinds));
        return new InvalidInputException(
                Problem.of(
                        "unknown kind '"
                                + word
                                + "'."
                                + hint
                                + " Kinds: "
                                + String.join(", ", kinds)));
    }
}
