package org.evengrad.cli;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.evengrad.config.bind.StrategyWriter;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.OptionType;
import org.evengrad.config.plugins.StrategyType;

/** Strategies as a page of documentation: the same on every machine. */
final class StrategyMarkdown {
    private static final String ARXIV = "https://arxiv.org/abs/";

    private StrategyMarkdown() {}

    static String write(List<StrategyType> types, StrategyWriter writer) {
        StringBuilder page = new StringBuilder("# Strategies\n\n");
        page.append("<!-- Written by: ./evengrad strategies --format markdown -->\n\n");
        page.append(
                """
                A configuration names a strategy with `use`, and its options stand beside it:
                `{ use = NAME, OPTION = VALUE }`; the name alone takes every default. An option is
                written here as `OPTION = DEFAULT`, with the numbers that it allows behind it.
                `./evengrad strategies KIND NAME` explains one strategy.
                """);
        for (Kind kind : Kind.values()) {
            List<StrategyType> ofKind = types.stream().filter(type -> type.kind() == kind).toList();
            if (ofKind.isEmpty()) {
                continue;
            }
            String title = kind.folder();
            page.append("\n## ").append(title.substring(0, 1).toUpperCase(Locale.ROOT));
            page.append(title.substring(1)).append("\n\n");
            page.append("| name and paper | what it does | options | when |\n|---|---|---|---|\n");
            ofKind.forEach(type -> row(page, type, writer));
        }
        return page.toString();
    }

    private static void row(StringBuilder page, StrategyType type, StrategyWriter writer) {
        row(
                page,
                lines(code(type.name()), link(type.reference())),
                lines(plain(type.summary()), type.formula().isBlank() ? "" : code(type.formula())),
                type.options().isEmpty()
                        ? "none"
                        : lines(
                                type.options().stream()
                                        .map(option -> option(option, writer))
                                        .toArray(String[]::new)),
                lines(
                        advice("Use it", type.useWhen()),
                        advice("Avoid it", type.avoidWhen()),
                        advice("Helps against", String.join(", ", type.helpsAgainst()))));
    }

    private static void row(StringBuilder page, String... cells) {
        for (String cell : cells) {
            page.append("| ").append(cell).append(cell.isEmpty() ? "" : " ");
        }
        page.append("|\n");
    }

    /** One below the other in a cell; what is empty takes no line. */
    private static String lines(String... texts) {
        return Arrays.stream(texts)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("<br>"));
    }

    private static String advice(String words, String when) {
        return when.isBlank() ? "" : "**" + words + "** " + plain(when);
    }

    private static String option(OptionType option, StrategyWriter writer) {
        OptionDescription words = OptionDescription.of(option, writer);
        return code(words.key() + " = " + words.defaultValue())
                + plain(allowed(words) + ": " + words.help());
    }

    /** What follows the default; nothing if every number is allowed. */
    private static String allowed(OptionDescription option) {
        if (!option.range().isEmpty()) {
            return " in " + option.range();
        }
        if (option.type().equals("number")) {
            return "";
        }
        return option.type().contains(" | ")
                ? ", one of " + option.type().replace(" | ", ", ")
                : ", " + option.type();
    }

    /** A link with a short text: the paper's number, or the site. */
    private static String link(String reference) {
        if (!reference.startsWith("https://") && !reference.startsWith("http://")) {
            return plain(reference);
        }
        String text =
                reference.startsWith(ARXIV)
                        ? "arXiv " + reference.substring(ARXIV.length())
                        : URI.create(reference).getHost().replaceFirst("^www\\.", "");
        return "[" + plain(text) + "](<" + inOneCell(reference) + ">)";
    }

    private static String code(String text) {
        return "`" + inOneCell(text.replace('`', '\'')) + "`";
    }

    /** Text in which nothing is markup. */
    private static String plain(String text) {
        return inOneCell(text.replaceAll("([\\\\`*_<>\\[\\]~])", "\\\\$1"));
    }

    /** A cell ends at a bar, in code too, and at the end of the line. */
    private static String inOneCell(String text) {
        return text.replace("|", "\\|").replaceAll("\\s+", " ");
    }
}
