package org.evengrad.cli;

import java.util.List;
import org.evengrad.config.bind.StrategyWriter;
import org.evengrad.config.plugins.HashedJar;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.OptionType;
import org.evengrad.config.plugins.StrategyType;
import picocli.CommandLine.Help.Ansi;

/** Strategies for a person at a terminal. */
final class StrategyText {
    private final Surroundings surroundings;

    StrategyText(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** A table for each kind: name and summary. */
    String list(List<StrategyType> types) {
        if (types.isEmpty()) {
            return "No strategy is installed; --plugins DIR names a folder of plugins.\n";
        }
        // One width for all kinds, so that the summaries stand below each other.
        int widest = types.stream().mapToInt(type -> type.name().length()).max().orElse(0);
        StringBuilder text = new StringBuilder();
        for (Kind kind : Kind.values()) {
            TextTable table = new TextTable(surroundings.columns());
            types.stream()
                    .filter(type -> type.kind() == kind)
                    .forEach(type -> table.row(padded(type.name(), widest), type.summary()));
            if (!table.lines().isEmpty()) {
                text.append(bold(kind.folder())).append('\n');
                append(text, table);
                text.append('\n');
            }
        }
        return text.append("evengrad strategies KIND NAME explains one.\n").toString();
    }

    /** Everything about one strategy. */
    String explain(StrategyType type, StrategyWriter writer) {
        StringBuilder text = new StringBuilder();
        text.append(bold(type.kind().singular() + " " + type.name())).append('\n');
        TextTable summary = new TextTable(surroundings.columns());
        summary.row(type.summary());
        append(text, summary);
        text.append('\n');
        TextTable advice = new TextTable(surroundings.columns());
        row(advice, "formula", type.formula());
        row(advice, "use it", type.useWhen());
        row(advice, "avoid it", type.avoidWhen());
        if (!advice.lines().isEmpty()) {
            append(text, advice);
            text.append('\n');
        }
        if (!type.options().isEmpty()) {
            TextTable options = new TextTable(surroundings.columns());
            options.row("OPTION", "TYPE", "DEFAULT", "RANGE", "MEANING");
            for (OptionType option : type.options()) {
                OptionDescription words = OptionDescription.of(option, writer);
                options.row(
                        words.key(),
                        words.type(),
                        words.defaultValue(),
                        words.range(),
                        words.help());
            }
            append(text, options);
            text.append('\n');
        }
        TextTable facts = new TextTable(0);
        if (!type.helpsAgainst().isEmpty()) {
            facts.row("helps against", String.join(", ", type.helpsAgainst()));
        }
        facts.row("reference", type.reference());
        facts.row("since", type.since());
        facts.row("from", type.origin().description());
        if (type.origin().jar() != null) {
            facts.row("sha256", HashedJar.of(type.origin().jar()).sha256());
        }
        facts.row("use", use(type, writer));
        append(text, facts);
        return text.toString();
    }

    private static String use(StrategyType type, StrategyWriter writer) {
        StringBuilder required = new StringBuilder();
        for (OptionType option : type.options()) {
            if (option.defaultValue() == null) {
                required.append(", ").append(option.key()).append(" = …");
            }
        }
        String name = "{ use = " + type.name();
        String strategy = writer.write(type.defaults()).replace(name, name + required);
        return type.kind() == Kind.GUARD
                ? "guards = [ " + strategy + " ]"
                : type.kind().singular() + " = " + strategy;
    }

    private static void row(TextTable table, String title, String words) {
        if (!words.isBlank()) {
            table.row(title, words);
        }
    }

    private static void append(StringBuilder text, TextTable table) {
        table.lines().forEach(line -> text.append(line).append('\n'));
    }

    private static String padded(String word, int width) {
        return word + " ".repeat(width - word.length());
    }

    private String bold(String words) {
        return surroundings.color() ? Ansi.ON.string("@|bold " + words + "|@") : words;
    }
}
