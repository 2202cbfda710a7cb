package org.evengrad.diagnosis.repair;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which of some patches did best. Skills that are next to equal are a tie: it goes to the shorter
 * patch, and where nobody has learned anything yet, to the lower loss, which moves first.
 */
final class Ranking {
    private static final double TIE = 0.02;
    private static final double NOTHING_LEARNED = 0.1;

    private Ranking() {}

    /**
     * The best first.
     *
     * @param standings the more promising first
     */
    static List<Standing> of(List<Standing> standings) {
        boolean nothingLearned =
                standings.stream().allMatch(each -> each.skill() < NOTHING_LEARNED);
        Comparator<Standing> inATie =
                nothingLearned
                        ? Comparator.comparingDouble(Standing::relativeLoss)
                        : Comparator.comparingInt(each -> each.patch().edits().size());
        List<Standing> left = new ArrayList<>(standings);
        List<Standing> ranked = new ArrayList<>();
        while (!left.isEmpty()) {
            double best = left.stream().mapToDouble(Standing::skill).max().orElseThrow();
            // Of several that are alike in this too, the first one is taken.
            Standing next =
                    left.stream()
                            .filter(each -> each.skill() > best - TIE)
                            .min(inATie)
                            .orElseThrow();
            ranked.add(next);
            left.remove(next);
        }
        return ranked;
    }
}
