package org.evengrad.diagnosis.repair;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Some changes to a configuration, made together.
 *
 * @param edits in the order in which they are written; no two of the same key
 */
public record Patch(List<Edit> edits) {
    /** No change: the control. */
    public static final Patch NONE = new Patch(List.of());

    /**
     * Keeps a copy.
     *
     * @throws IllegalArgumentException if two edits change the same key
     */
    public Patch {
        edits = List.copyOf(edits);
        if (edits.stream().map(Edit::key).distinct().count() < edits.size()) {
            throw new IllegalArgumentException("two edits of one key: " + edits);
        }
    }

    /** Of some edits. */
    public static Patch of(Edit... edits) {
        return new Patch(List.of(edits));
    }

    /** Whether nothing changes. */
    public boolean isEmpty() {
        return edits.isEmpty();
    }

    /** The same with the edits of another one, which win. */
    public Patch and(Patch other) {
        List<Edit> both = new ArrayList<>(edits);
        both.removeIf(
                edit -> other.edits.stream().anyMatch(theirs -> theirs.key().equals(edit.key())));
        both.addAll(other.edits);
        return new Patch(both);
    }

    /** Whether both change the same key, or one a key that lies within another's. */
    boolean overlaps(Patch other) {
        return edits.stream()
                .anyMatch(
                        mine ->
                                other.edits.stream()
                                        .anyMatch(
                                                theirs ->
                                                        isWithin(mine, theirs)
                                                                || isWithin(theirs, mine)));
    }

    private static boolean isWithin(Edit inner, Edit outer) {
        return inner.key().equals(outer.key()) || inner.key().startsWith(outer.key() + ".");
    }

    /** The same without one edit. */
    public Patch without(Edit edit) {
        return new Patch(edits.stream().filter(each -> !each.equals(edit)).toList());
    }

    /** Values by key, each of which replaces the one of the file as a whole. */
    public Map<String, String> overrides() {
        Map<String, String> overrides = new LinkedHashMap<>();
        edits.forEach(edit -> overrides.put(edit.key(), edit.value()));
        return Collections.unmodifiableMap(overrides);
    }

    /**
     * The same on top of what a command line changed: what lies inside of a value that is replaced
     * here, such as an option of another optimizer, plays no part any more.
     *
     * @param before values by key
     */
    public Map<String, String> over(Map<String, String> before) {
        Map<String, String> all = new LinkedHashMap<>(before);
        edits.forEach(
                edit ->
                        all.keySet()
                                .removeIf(
                                        key ->
                                                key.equals(edit.key())
                                                        || key.startsWith(edit.key() + ".")));
        all.putAll(overrides());
        return Collections.unmodifiableMap(all);
    }

    /** What people call it: its lines, one behind the other. */
    public String name() {
        return isEmpty()
                ? "unchanged"
                : String.join(
                        ", ",
                        edits.stream().map(edit -> edit.key() + " = " + edit.value()).toList());
    }
}
