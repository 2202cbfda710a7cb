package org.evengrad.engine.dl4j.translation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.evengrad.engine.executor.Program;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.layers.Interleave;
import org.evengrad.engine.executor.layers.Separate;

/**
 * The two ways in which images lie: example by example, or in groups of examples number by number.
 * A value that is read in the other way is laid out anew, once.
 */
final class ImageLayouts {
    private final Program program;
    private final Set<Value> grouped = new HashSet<>();
    private final Map<Value, Value> rows = new HashMap<>();
    private final Map<Value, Value> groups = new HashMap<>();

    ImageLayouts(Program program) {
        this.program = program;
    }

    /** Notes that a value lies in groups. */
    void isInGroups(Value value) {
        grouped.add(value);
    }

    /** A value, example by example. */
    Value rows(Value value) {
        return grouped.contains(value) ? rows.computeIfAbsent(value, this::separate) : value;
    }

    /** A value, in groups. */
    Value groups(Value value) {
        return grouped.contains(value) ? value : groups.computeIfAbsent(value, this::interleave);
    }

    private Value separate(Value value) {
        Value separate = program.value(value.shape(), value.isLearned());
        program.add(new Separate(value.use(), separate));
        return separate;
    }

    private Value interleave(Value value) {
        Value interleaved = program.value(value.shape(), value.isLearned());
        program.add(new Interleave(value.use(), interleaved));
        isInGroups(interleaved);
        return interleaved;
    }
}
