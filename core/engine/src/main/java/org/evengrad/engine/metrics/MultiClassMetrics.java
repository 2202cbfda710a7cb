package org.evengrad.engine.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How well several classes are told apart: {@code accuracy} and {@code macroF1}, the mean F1 of the
 * classes that occur among targets or predictions. The largest output is the class, the first of
 * equal ones.
 */
final class MultiClassMetrics implements TaskMetrics {
    private final int outputs;
    private final ClassCounts classes;

    MultiClassMetrics(int outputs) {
        this.outputs = outputs;
        classes = new ClassCounts(outputs);
    }

    @Override
    public void add(float[] predictions, float[] targets, int at, int stride) {
        int predicted = 0;
        int actual = 0;
        boolean usable = true;
        for (int i = at, o = 0; o < outputs; o++, i += stride) {
            usable &= !Float.isNaN(predictions[i]);
            predicted = predictions[i] > predictions[at + predicted * stride] ? o : predicted;
            actual = targets[i] > targets[at + actual * stride] ? o : actual;
        }
        if (usable) {
            classes.add(actual, predicted);
        } else {
            classes.addUnusable();
        }
    }

    @Override
    public Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("accuracy", classes.accuracy());
        values.put("macroF1", classes.macroF1());
        return values;
    }

    @Override
    public Optional<Confusion> confusion() {
        return classes.confusion();
    }
}
