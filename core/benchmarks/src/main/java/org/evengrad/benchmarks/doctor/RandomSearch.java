package org.evengrad.benchmarks.doctor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.diagnosis.repair.Acceptance;
import org.evengrad.diagnosis.repair.Acceptance.Ruling;
import org.evengrad.diagnosis.repair.Arm;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.Patient;
import org.evengrad.diagnosis.repair.Proof.Pair;
import org.evengrad.diagnosis.repair.Repair.Status;
import org.evengrad.diagnosis.repair.Skill;
import org.evengrad.engine.random.KeyedRandom;

/**
 * Random search with the doctor's rungs, seeds, proof and last gate, and as many patches as its
 * cost allows: all of them for 5% of the steps, the best two on to 15%, and from three trainings of
 * the original on a proof of the best.
 */
final class RandomSearch {
    /** Raise it when the search or its space changes. */
    static final String VERSION = "1";

    private static final List<Long> SEARCH_SEEDS = List.of(3_000_001L, 3_000_002L);
    private static final long FIRST_OF_PROOF = 3_000_003;
    private static final double FIRST_RUNG = 0.05;
    private static final double SECOND_RUNG = 0.15;
    private static final double PROOF = 0.25;
    private static final int GO_ON = 2;

    /** What the rest costs, in trainings of the original: arms x seeds x share of the steps. */
    private static final double SECOND_RUNG_COST = (GO_ON + 1) * 2 * (SECOND_RUNG - FIRST_RUNG);

    private static final double PROOF_COST = 2 * Acceptance.FEW_PAIRS * PROOF;
    private static final int PROVES_FROM = 3;
    private static final int MOST_REFUSALS = 500;
    private static final double GOOD_ALREADY = 0.9;
    private static final double LARGEST_LOSS = 0.02;
    private static final double NOTHING_LEARNED = 0.1;

    private final Patient patient;
    private final SearchSpace space;
    private final Skill skill;
    private final long plannedSteps;
    private final KeyedRandom random;

    private double searchSeconds;
    private double proofSeconds;
    private double controlSeconds;
    private long controlSteps;
    private int tried;

    /**
     * A search, for one use.
     *
     * @param space what may be changed
     * @param skill of the patient's task
     * @param plannedSteps of the original
     * @param seed of what is drawn
     */
    RandomSearch(Patient patient, SearchSpace space, Skill skill, long plannedSteps, long seed) {
        this.patient = patient;
        this.space = space;
        this.skill = skill;
        this.plannedSteps = plannedSteps;
        random = new KeyedRandom(seed);
    }

    /** A patch, with how it did in its last rung. */
    private static final class Candidate {
        private final Patch patch;
        private final List<Arm> arms;
        private double skill;
        private double loss;

        Candidate(Patch patch, List<Arm> arms) {
            this.patch = patch;
            this.arms = arms;
        }
    }

    /**
     * Searches.
     *
     * @param trainings of the original that it may cost
     */
    Treatment search(int trainings) {
        boolean proves = trainings >= PROVES_FROM;
        double forTheFirstRung = trainings - SECOND_RUNG_COST - (proves ? PROOF_COST : 0);
        Candidate control = candidate(Patch.NONE);
        train(control, FIRST_RUNG);
        List<Candidate> candidates = firstRung(forTheFirstRung);
        boolean nothingLearned = candidates.stream().allMatch(each -> each.skill < NOTHING_LEARNED);
        Comparator<Candidate> better =
                nothingLearned
                        ? Comparator.comparingDouble(each -> each.loss)
                        : Comparator.comparingDouble(each -> -each.skill);
        List<Candidate> best =
                new ArrayList<>(candidates.stream().sorted(better).limit(GO_ON).toList());
        train(control, SECOND_RUNG);
        best.forEach(each -> train(each, SECOND_RUNG));
        best.sort(Comparator.comparingDouble(each -> -each.skill));
        Candidate winner = best.get(0);
        boolean promising = winner.skill - control.skill >= Acceptance.LEAST_GAIN;
        boolean passed = promising && (!proves || isProved(winner.patch));
        return treatment(
                passed ? winner.patch : Patch.NONE,
                passed && proves ? Status.REPAIRED : Status.UNCONFIRMED);
    }

    private Treatment treatment(Patch patch, Status status) {
        return new Treatment(
                patch.isEmpty() ? Status.NOT_REPAIRED : status,
                patch.edits(),
                Map.of(),
                searchSeconds / original(),
                proofSeconds / original(),
                0,
                SEARCH_SEEDS,
                tried);
    }

    /** Seconds of one training of the original. */
    private double original() {
        return controlSeconds / controlSteps * plannedSteps;
    }

    private List<Candidate> firstRung(double allowance) {
        List<Candidate> candidates = new ArrayList<>();
        Set<Map<String, String>> drawn = new HashSet<>();
        int refused = 0;
        double next = 0;
        while (candidates.size() < GO_ON
                || searchSeconds + next <= allowance * original() && refused < MOST_REFUSALS) {
            Patch patch = space.draw(random);
            if (!drawn.add(patch.overrides())) {
                refused++;
                continue;
            }
            Candidate candidate = candidate(patch);
            try {
                train(candidate, FIRST_RUNG);
            } catch (InvalidInputException notForThisNetwork) {
                refused++;
                continue;
            }
            candidates.add(candidate);
            tried++;
            next = (searchSeconds - controlSeconds) / tried;
        }
        return candidates;
    }

    private Candidate candidate(Patch patch) {
        return new Candidate(patch, SEARCH_SEEDS.stream().map(seed -> arm(patch, seed)).toList());
    }

    private Arm arm(Patch patch, long seed) {
        return new Arm(patient, patch, seed, skill, false, System::nanoTime);
    }

    private void train(Candidate candidate, double share) {
        List<Arm.Leg> legs =
                candidate.arms.stream().map(arm -> arm.trainTo(share, () -> false)).toList();
        candidate.skill = legs.stream().mapToDouble(Arm.Leg::skill).average().orElseThrow();
        candidate.loss = legs.stream().mapToDouble(Arm.Leg::relativeLoss).average().orElseThrow();
        for (Arm.Leg leg : legs) {
            searchSeconds += leg.seconds();
            if (candidate.patch.isEmpty()) {
                controlSeconds += leg.seconds();
                controlSteps += leg.trained();
            }
        }
    }

    /** The doctor's proof, and then its last gate, whose trainings cost nobody anything. */
    private boolean isProved(Patch patch) {
        List<Arm> controls = new ArrayList<>();
        List<Arm> repaired = new ArrayList<>();
        List<Pair> pairs = new ArrayList<>();
        Ruling ruling = Ruling.UNDECIDED;
        while (ruling == Ruling.UNDECIDED && pairs.size() < Acceptance.MANY_PAIRS) {
            long seed = FIRST_OF_PROOF + pairs.size();
            controls.add(arm(Patch.NONE, seed));
            repaired.add(arm(patch, seed));
            Arm.Leg control = controls.get(pairs.size()).trainTo(PROOF, () -> false);
            Arm.Leg other = repaired.get(pairs.size()).trainTo(PROOF, () -> false);
            proofSeconds += control.seconds() + other.seconds();
            controlSeconds += control.seconds();
            controlSteps += control.trained();
            pairs.add(new Pair(seed, control.skill(), other.skill()));
            ruling = Acceptance.of(pairs);
        }
        return ruling == Ruling.ACCEPTED && passesTheGate(whole(controls), whole(repaired));
    }

    private static double[] whole(List<Arm> arms) {
        return arms.stream().mapToDouble(arm -> arm.trainTo(1, () -> false).skill()).toArray();
    }

    private static boolean passesTheGate(double[] controls, double[] repaired) {
        double gain = 0;
        boolean goodAlready = true;
        for (int i = 0; i < controls.length; i++) {
            if (repaired[i] < controls[i] - LARGEST_LOSS) {
                return false;
            }
            goodAlready &= controls[i] >= GOOD_ALREADY;
            gain += (repaired[i] - controls[i]) / controls.length;
        }
        return !goodAlready && gain >= Acceptance.LEAST_GAIN;
    }
}
