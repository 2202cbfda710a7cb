package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;

/** What a judge collects until it speaks: facts, each a number beside the threshold it crossed. */
final class Finding {
    private final Map<String, Evidence> evidence = new LinkedHashMap<>();
    private final List<String> facts = new ArrayList<>();
    private Severity severity;
    private Seeds seeds = new Seeds(0, 1);

    /** Adds a fact that says nothing about how bad it is. */
    Finding add(String name, double value, double threshold, String fact) {
        evidence.put(name, new Evidence(value, threshold));
        facts.add(fact + Phrases.beside(threshold));
        return this;
    }

    /** Adds a fact; the worst one decides. */
    Finding add(Severity of, String name, double value, double threshold, String fact) {
        severity = severity == null || of.compareTo(severity) > 0 ? of : severity;
        return add(name, value, threshold, fact);
    }

    /** In how many initializations it was seen; the most that any fact has. */
    Finding seen(int k, int n) {
        if ((long) k * seeds.n() >= (long) seeds.k() * n) {
            seeds = new Seeds(k, n);
        }
        return this;
    }

    boolean isEmpty() {
        return severity == null;
    }

    boolean has(String name) {
        return evidence.containsKey(name);
    }

    Verdict verdict(
            String problem, List<String> layers, String cause, String why, List<String> advice) {
        return new Verdict(
                problem,
                severity,
                layers,
                cause,
                evidence,
                seeds.k() == 0 ? new Seeds(1, 1) : seeds,
                Phrases.sentence(facts),
                why,
                advice);
    }
}
