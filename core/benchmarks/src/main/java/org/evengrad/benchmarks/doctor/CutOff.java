package org.evengrad.benchmarks.doctor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.evengrad.diagnosis.repair.Acceptance;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.Repair;
import org.evengrad.diagnosis.repair.Stage;
import org.evengrad.diagnosis.repair.Trial;

/** What an attempt at a repair would have answered if its cost had been limited. */
final class CutOff {
    private static final double TIE = 0.02;

    private CutOff() {}

    /**
     * The last word if it was spoken by then; else the patch that did best among those that had
     * been trained furthest, if it gained enough on the unchanged one.
     *
     * @param trainings of the original
     */
    static Patch at(Repair repair, double trainings) {
        double cost = repair.cost().searchAndProof();
        if (cost <= trainings) {
            return repair.patch();
        }
        List<Trial> searched =
                repair.trials().stream().filter(trial -> trial.stage() != Stage.RESULT).toList();
        double seconds = searched.stream().mapToDouble(Trial::seconds).sum();
        return mostPromising(before(seconds * trainings / cost, searched));
    }

    private static List<Trial> before(double seconds, List<Trial> trials) {
        List<Trial> ended = new ArrayList<>();
        double spent = 0;
        for (Trial trial : trials) {
            spent += trial.seconds();
            if (spent > seconds) {
                break;
            }
            ended.add(trial);
        }
        return ended;
    }

    /** The state of a patch: how far its trainings went, and what they came to there. */
    private record State(Patch patch, long steps, double skill) {
        State(Patch patch, long steps, List<Trial> trials) {
            this(patch, steps, CutOff.skill(trials, steps));
        }
    }

    private static Patch mostPromising(List<Trial> trials) {
        Map<Patch, List<Trial>> byPatch = new LinkedHashMap<>();
        trials.forEach(
                trial ->
                        byPatch.computeIfAbsent(trial.patch(), patch -> new ArrayList<>())
                                .add(trial));
        List<Trial> controls = byPatch.remove(Patch.NONE);
        if (controls == null || byPatch.isEmpty()) {
            return Patch.NONE;
        }
        List<State> states = new ArrayList<>();
        byPatch.forEach((patch, all) -> states.add(new State(patch, furthest(all), all)));
        long furthest = states.stream().mapToLong(State::steps).max().orElseThrow();
        // The control may have been trained for longer, to see whether it is healthy.
        boolean paired = controls.stream().anyMatch(trial -> trial.steps() == furthest);
        double control = skill(controls, paired ? furthest : furthest(controls));
        List<State> last = states.stream().filter(state -> state.steps() == furthest).toList();
        double best = last.stream().mapToDouble(State::skill).max().orElseThrow();
        return last.stream()
                .filter(state -> state.skill() >= best - TIE)
                .filter(state -> state.skill() - control >= Acceptance.LEAST_GAIN)
                .min(Comparator.comparingInt(state -> state.patch().edits().size()))
                .map(State::patch)
                .orElse(Patch.NONE);
    }

    private static long furthest(List<Trial> trials) {
        return trials.stream().mapToLong(Trial::steps).max().orElseThrow();
    }

    private static double skill(List<Trial> trials, long steps) {
        return trials.stream()
                .filter(trial -> trial.steps() == steps)
                .mapToDouble(Trial::skill)
                .average()
                .orElseThrow();
    }
}
