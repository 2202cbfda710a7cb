package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;

/** Numbers one behind the other, as checkpoints keep them. */
final class SavedNumbers {
    private double[] numbers;
    private int count;

    /** To be filled. */
    SavedNumbers() {
        numbers = new double[64];
    }

    /** To be read from the beginning. */
    SavedNumbers(double[] numbers) {
        this.numbers = numbers;
    }

    SavedNumbers put(double... values) {
        if (count + values.length > numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * (count + values.length));
        }
        System.arraycopy(values, 0, numbers, count, values.length);
        count += values.length;
        return this;
    }

    double next() {
        return numbers[count++];
    }

    /** Reads as many as the array holds. */
    SavedNumbers get(double[] into) {
        System.arraycopy(numbers, count, into, 0, into.length);
        count += into.length;
        return this;
    }

    SavedNumbers putText(String text) {
        put(text.length());
        text.chars().forEach(letter -> put(letter));
        return this;
    }

    String nextText() {
        StringBuilder text = new StringBuilder();
        for (int left = (int) next(); left > 0; left--) {
            text.append((char) next());
        }
        return text.toString();
    }

    SavedNumbers putTexts(List<String> texts) {
        put(texts.size());
        texts.forEach(this::putText);
        return this;
    }

    List<String> nextTexts() {
        List<String> texts = new ArrayList<>();
        for (int left = (int) next(); left > 0; left--) {
            texts.add(nextText());
        }
        return texts;
    }

    SavedNumbers putVerdict(Verdict verdict) {
        putText(verdict.problem()).put(verdict.severity().ordinal()).putTexts(verdict.layers());
        putText(verdict.cause()).put(verdict.evidence().size());
        verdict.evidence()
                .forEach(
                        (name, evidence) ->
                                putText(name).put(evidence.value(), evidence.threshold()));
        put(verdict.seeds().k(), verdict.seeds().n(), verdict.firstStep());
        return putText(verdict.what()).putText(verdict.why()).putTexts(verdict.advice());
    }

    Verdict nextVerdict() {
        String problem = nextText();
        Severity severity = Severity.values()[(int) next()];
        List<String> layers = nextTexts();
        String cause = nextText();
        Map<String, Evidence> evidence = new LinkedHashMap<>();
        for (int left = (int) next(); left > 0; left--) {
            evidence.put(nextText(), new Evidence(next(), next()));
        }
        return new Verdict(
                problem,
                severity,
                layers,
                cause,
                evidence,
                new Seeds((int) next(), (int) next()),
                (long) next(),
                nextText(),
                nextText(),
                nextTexts());
    }

    /** All that were put. */
    double[] all() {
        return Arrays.copyOf(numbers, count);
    }
}
