package org.evengrad.cli;

import java.util.Iterator;
import java.util.Map;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;

/** A verdict in one line: how bad, what, where, and the number beside its threshold. */
final class VerdictLine {
    private static final int MOST_LAYERS = 3;

    private VerdictLine() {}

    static String of(Verdict verdict) {
        StringBuilder line = new StringBuilder();
        line.append(KebabCase.of(verdict.severity())).append(": ").append(verdict.problem());
        int layers = verdict.layers().size();
        if (layers > MOST_LAYERS) {
            line.append(" in ")
                    .append(verdict.layers().get(0))
                    .append(" and ")
                    .append(layers - 1)
                    .append(" more");
        } else if (layers > 0) {
            line.append(" in ").append(String.join(", ", verdict.layers()));
        }
        Iterator<Map.Entry<String, Evidence>> evidence = verdict.evidence().entrySet().iterator();
        if (evidence.hasNext()) {
            Map.Entry<String, Evidence> first = evidence.next();
            line.append(", ")
                    .append(first.getKey())
                    .append(' ')
                    .append(Numbers.shortest(first.getValue().value()))
                    .append(" (threshold ")
                    .append(Numbers.shortest(first.getValue().threshold()))
                    .append(')');
        }
        if (verdict.firstStep() > 0) {
            line.append(", since step ").append(verdict.firstStep());
        }
        return line.toString();
    }
}
