package org.evengrad.engine.dl4j.translation;

import java.util.HashMap;
import java.util.Map;
import org.evengrad.engine.executor.Program;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.layers.Regrouping;

/**
 * The two ways in which images lie: example by example, or in groups of examples number by number.
 * A value that is read in the other way is laid out anew, once.
 */
final class ImageLayouts {
    private final Program program;
    private final Map<Value, Value> rows = new HashMap<>();
    private final Map<Value, Value> groups = new HashMap<>();

    ImageLayouts(Program program) {
        this.program = program;
    }

    /** Notes that a value lies in groups. */
    void isInGroups(Value value) {
        value.lieInGroups();
    }

    /** A value, example by example. */
    Value rows(Value value) {
        return value.isGrouped() ? rows.computeIfAbsent(value, this::separate) : value;
    }

    /** A value, in groups. */
    Value groups(Value value) {
        return value.isGrouped() ? value : groups.computeIfAbsent(value, this::interleave);
    }

    private Value separate(Value value) {
        Value separate = program.value(value.shape(), value.isLearned());
        program.add(Regrouping.intoExamples(value.use(), separate));
        return separate;
    }

    private Value interleave(Value value) {
        Value interleaved = program.value(value.shape(), value.isLearned());
        program.add(Regrouping.intoGroups(value.use(), interleaved));
        isInGroups(interleaved);
        return interleaved;
    }
}
