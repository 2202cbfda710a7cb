package org.evengrad.diagnosis;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.evengrad.engine.network.BadValue;
import org.evengrad.engine.network.BadValue.Cause;
import org.evengrad.engine.train.BadStep;

/**
 * Where the first NaN or infinity of a run arose.
 *
 * @param layer empty if it was there before the first layer
 * @param place the layer or tensor, and on which way, for people
 * @param cause why
 * @param why in a sentence
 */
record FirstBad(String layer, String place, Cause cause, String why) {
    private static final int MOST_ROWS = 8;

    /** Of a step that was looked into; empty if nothing bad was found in it. */
    static Optional<FirstBad> of(BadStep step) {
        return step.trace()
                .bad()
                .map(
                        bad ->
                                new FirstBad(
                                        bad.where().layer(),
                                        bad.place(),
                                        bad.cause(),
                                        bad.why() + rows(step, bad)));
    }

    private static String rows(BadStep step, BadValue bad) {
        if (bad.rows().isEmpty() || step.rowOrder().isEmpty()) {
            return "";
        }
        int[] order = step.rowOrder().get();
        String indices =
                bad.rows().stream()
                        .limit(MOST_ROWS)
                        .map(row -> Integer.toString(order[row]))
                        .collect(Collectors.joining(", "));
        return "; in the data set: "
                + (bad.rows().size() == 1 ? "row " : "rows ")
                + indices
                + (bad.rows().size() > MOST_ROWS ? ", …" : "")
                + " (from 0)";
    }

    static void save(Optional<FirstBad> first, SavedNumbers saved) {
        saved.putTexts(
                first.stream()
                        .flatMap(b -> Stream.of(b.layer, b.place, b.cause.name(), b.why))
                        .toList());
    }

    static Optional<FirstBad> restore(SavedNumbers saved) {
        List<String> texts = saved.nextTexts();
        return texts.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new FirstBad(
                                texts.get(0),
                                texts.get(1),
                                Cause.valueOf(texts.get(2)),
                                texts.get(3)));
    }
}
