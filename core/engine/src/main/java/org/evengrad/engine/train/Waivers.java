package org.evengrad.engine.train;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.evengrad.config.HealthConfig;
import org.evengrad.config.HealthConfig.Waiver;

/** Sets verdicts apart that a configuration accepts, and remembers which waivers were of use. */
public final class Waivers {
    private final List<Waiver> waivers;
    private final LocalDate day;
    private final Set<Waiver> used = new LinkedHashSet<>();

    /**
     * The waivers of a configuration.
     *
     * @param day on which verdicts are spoken
     */
    public Waivers(HealthConfig health, LocalDate day) {
        waivers = health.ignore();
        this.day = day;
    }

    /** What waivers leave of some verdicts. */
    public record Split(List<Verdict> standing, List<WaivedVerdict> waived) {
        /** Keeps copies. */
        public Split {
            standing = List.copyOf(standing);
            waived = List.copyOf(waived);
        }
    }

    /** Sets those apart that are accepted; both lists keep the order. */
    public Split split(List<Verdict> verdicts) {
        List<Verdict> standing = new ArrayList<>();
        List<WaivedVerdict> waived = new ArrayList<>();
        for (Verdict verdict : verdicts) {
            Optional<Waiver> accepts =
                    waivers.stream()
                            .filter(
                                    waiver ->
                                            waiver.accepts(
                                                    verdict.problem(), verdict.layers(), day))
                            .findFirst();
            if (accepts.isPresent()) {
                used.add(accepts.get());
                waived.add(new WaivedVerdict(verdict, accepts.get()));
            } else {
                standing.add(verdict);
            }
        }
        return new Split(standing, waived);
    }

    /** What people should know of waivers that accepted nothing so far; one sentence each. */
    public List<String> notices() {
        List<String> notices = new ArrayList<>();
        for (int i = 0; i < waivers.size(); i++) {
            Waiver waiver = waivers.get(i);
            if (!used.contains(waiver)) {
                String why =
                        waiver.holdsOn(day)
                                ? " matched no verdict"
                                : " has run out on " + waiver.until().orElseThrow();
                notices.add("health.ignore." + i + " (" + waiver.problem() + ")" + why);
            }
        }
        return notices;
    }
}
