package org.evengrad.cli;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.engine.train.Verdict;
import picocli.CommandLine.Help.Ansi;

/** A verdict in a few lines: what, why, and what to do. */
final class VerdictText {
    private final Ansi ansi;

    VerdictText(Ansi ansi) {
        this.ansi = ansi;
    }

    List<String> lines(Verdict verdict) {
        List<String> lines = new ArrayList<>();
        lines.add(headline(verdict));
        lines.add("  what  " + verdict.what());
        lines.add("  why   " + verdict.why());
        for (int i = 0; i < verdict.advice().size(); i++) {
            lines.add((i == 0 ? "  do    " : "  or    ") + verdict.advice().get(i));
        }
        return lines;
    }

    /** Severity, problem, and how often or since when it was seen. */
    private String headline(Verdict verdict) {
        String color =
                switch (verdict.severity()) {
                    case ERROR -> "bold,red";
                    case WARN -> "bold,yellow";
                    case NOTE -> "bold";
                };
        String name = KebabCase.of(verdict.severity()) + ": " + verdict.problem();
        Verdict.Seeds seeds = verdict.seeds();
        String seen =
                seeds.n() > 1
                        ? " (in " + seeds.k() + " of " + seeds.n() + ")"
                        : verdict.firstStep() > 0
                                ? " (first seen at step " + verdict.firstStep() + ")"
                                : "";
        return ansi.string("@|" + color + " " + name + "|@") + seen;
    }
}
