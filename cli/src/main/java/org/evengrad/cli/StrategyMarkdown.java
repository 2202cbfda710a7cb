package org.evengrad.cli;

import java.util.List;
import java.util.Locale;
import org.evengrad.config.bind.StrategyWriter;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.OptionType;
import org.evengrad.config.plugins.StrategyType;

/** Strategies as a page of documentation: the same on every machine. */
final class StrategyMarkdown {
    private StrategyMarkdown() {}

    static String write(List<StrategyType> types, StrategyWriter writer) {
        StringBuilder page = new StringBuilder("# Strategies\n\n");
        page.append("<!-- Written by: ./evengrad strategies --format markdown -->\n\n");
        page.append("A configuration names a strategy with `use`; its options stand beside it.\n");
        for (Kind kind : Kind.values()) {
            List<StrategyType> ofKind = types.stream().filter(type -> type.kind() == kind).toList();
            if (ofKind.isEmpty()) {
                continue;
            }
            String title = kind.folder();
            page.append("\n## ").append(title.substring(0, 1).toUpperCase(Locale.ROOT));
            page.append(title.substring(1)).append("\n\n");
            page.append("| name | what it does | since |\n|---|---|---|\n");
            for (StrategyType type : ofKind) {
                row(page, "`" + type.name() + "`", type.summary(), type.since());
            }
            ofKind.forEach(type -> section(page, type, writer));
        }
        return page.toString();
    }

    private static void section(StringBuilder page, StrategyType type, StrategyWriter writer) {
        page.append("\n### `").append(type.name()).append("`\n\n");
        page.append(type.summary()).append(". Reference: ").append(link(type.reference()));
        page.append("\n\n");
        if (type.options().isEmpty()) {
            page.append("It has no options.\n");
            return;
        }
        page.append("| option | type | default | range | meaning |\n|---|---|---|---|---|\n");
        for (OptionType option : type.options()) {
            OptionDescription words = OptionDescription.of(option, writer);
            row(
                    page,
                    "`" + words.key() + "`",
                    words.type(),
                    "`" + words.defaultValue() + "`",
                    words.range(),
                    words.help());
        }
    }

    private static String link(String reference) {
        return reference.startsWith("http") ? "<" + reference + ">" : reference;
    }

    private static void row(StringBuilder page, String... cells) {
        for (String cell : cells) {
            page.append("| ").append(cell.replace("|", "\\|")).append(cell.isEmpty() ? "" : " ");
        }
        page.append("|\n");
    }
}
