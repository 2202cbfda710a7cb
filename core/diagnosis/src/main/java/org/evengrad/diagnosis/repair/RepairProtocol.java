package org.evengrad.diagnosis.repair;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.diagnosis.Checkup;
import org.evengrad.diagnosis.repair.Arm.Leg;
import org.evengrad.diagnosis.repair.Arm.Tested;
import org.evengrad.diagnosis.repair.FullLength.Gate;
import org.evengrad.diagnosis.repair.Repair.Status;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.Verdict;

/**
 * Repair as an experiment with a control: diagnose, search on two seeds, prove on fresh ones, and
 * train what passed for the whole length. Candidates are chosen by validation rows alone; the test
 * rows are read once, by what people are shown. The same patient, remedies and threads give the
 * same repair, unless a budget cuts it.
 *
 * <p>For one attempt and one thread.
 */
public final class RepairProtocol {
    private static final int SEARCH_SEEDS = 2;

    /** So many patches may try to pass the proof. */
    private static final int MOST_PROOFS = 2;

    private final Patient patient;
    private final Remedies remedies;
    private final RepairOptions options;
    private final RepairListener listener;
    private final Clock clock;

    private Diagnosis diagnosis = new Diagnosis(List.of());
    private Trials trials;
    private Costs costs;
    private Search search;
    private Optional<Patch> proving = Optional.empty();
    private Optional<Proof> proof = Optional.empty();
    private final List<String> ruledOut = new ArrayList<>();

    /**
     * Prepares an attempt. The budget begins to run.
     *
     * @param remedies give the candidates
     * @param listener follows it
     * @param stop ends it after the step that it is in, with what is known by then
     */
    public RepairProtocol(
            Patient patient,
            Remedies remedies,
            RepairOptions options,
            RepairListener listener,
            StopRequest stop) {
        this(patient, remedies, options, listener, stop, System::nanoTime);
    }

    /** With another clock, in nanoseconds. */
    RepairProtocol(
            Patient patient,
            Remedies remedies,
            RepairOptions options,
            RepairListener listener,
            StopRequest stop,
            LongSupplier nanos) {
        this.patient = patient;
        this.remedies = remedies;
        this.options = options;
        this.listener = listener;
        clock = new Clock(nanos, options.budget(), stop);
    }

    /**
     * Makes the attempt.
     *
     * @throws InvalidInputException if the unchanged one cannot be trained, or there are no
     *     validation rows
     */
    public Repair run() {
        diagnose();
        try {
            if (!diagnosis.flagged()) {
                List<Tested> before = healthyControl();
                if (!before.isEmpty()) {
                    return repair(
                            Status.HEALTHY,
                            Patch.NONE,
                            FullLength.outcome(before),
                            Optional.empty());
                }
            }
            return treat();
        } catch (CutShort e) {
            Patch known = search == null ? Patch.NONE : search.promising();
            return repair(
                    Status.UNCONFIRMED, proving.orElse(known), Optional.empty(), Optional.empty());
        }
    }

    private void diagnose() {
        if (!patient.notes().isEmpty()) {
            listener.noted(patient.notes());
        }
        try (TrainingPlan plan = patient.plan(Patch.NONE, patient.seed())) {
            if (plan.data().validation().isEmpty()) {
                throw new InvalidInputException(
                        Problem.ofKey(
                                "data.validation",
                                "a repair compares trainings on validation rows, and there are"
                                        + " none"));
            }
            diagnosis = new Diagnosis(List.of()).and(new Checkup(plan).run().verdicts());
            costs = new Costs(plan.horizon().steps());
            trials = new Trials(patient, Skill.of(plan), clock, costs, listener);
        }
        listener.diagnosed(diagnosis.verdicts());
    }

    /**
     * Trains the control where nothing was seen before training.
     *
     * @return what it came to if it learns well with each seed; else empty, and the diagnosis says
     *     what was seen
     */
    private List<Tested> healthyControl() {
        List<Long> seeds = searchSeeds();
        trials.begin(Stage.CONTROL, List.of(Patch.NONE), seeds.size());
        List<Verdict> seen = new ArrayList<>();
        boolean healthy = true;
        for (int i = 0; i < seeds.size() && healthy; i++) {
            Leg leg = trials.watch(Patch.NONE, seeds.get(i));
            seen.addAll(leg.verdicts());
            healthy = leg.skill() >= Search.HEALTHY;
        }
        if (!seen.isEmpty()) {
            diagnosis = diagnosis.and(seen);
            listener.diagnosed(diagnosis.verdicts());
        }
        return healthy
                ? seeds.stream().map(seed -> trials.finish(Patch.NONE, seed, false)).toList()
                : List.of();
    }

    private Repair treat() {
        try (TrainingPlan plan = patient.plan(Patch.NONE, patient.seed())) {
            search =
                    new Search(
                            trials,
                            searchSeeds(),
                            remedies.singles(plan, diagnosis.verdicts()),
                            remedies.recipe(plan));
        }
        List<Patch> candidates = search.run();
        if (search.foundHealthy()) {
            return repair(Status.HEALTHY, Patch.NONE, Optional.empty(), Optional.empty());
        }
        Prover prover = new Prover(trials, proofSeeds(), options.fullProof());
        Optional<Outcome> before = Optional.empty();
        for (int proofs = 0; proofs < MOST_PROOFS && !candidates.isEmpty(); proofs++) {
            Patch patch = candidates.get(0);
            proving = Optional.of(patch);
            proof = Optional.empty();
            Proof attempt = prover.prove(patch);
            proof = Optional.of(attempt);
            if (!attempt.accepted()) {
                ruledOut.add(patch.name() + ": not better with each of the fresh seeds");
                candidates = next(candidates, proofs);
                continue;
            }
            FullLength whole = new FullLength(trials);
            List<Long> seeds = attempt.pairs().stream().map(Proof.Pair::seed).toList();
            boolean complete = whole.run(patch, seeds, attempt.share());
            before = whole.before();
            Gate gate = whole.gate();
            if (gate == Gate.PASSED) {
                return repair(Status.REPAIRED, patch, before, whole.after());
            }
            if (!complete) {
                return repair(Status.UNCONFIRMED, patch, before, whole.after());
            }
            if (gate == Gate.HEALTHY) {
                return repair(Status.HEALTHY, Patch.NONE, before, Optional.empty());
            }
            ruledOut.add(patch.name() + ": no better over the whole length");
            candidates = next(candidates, proofs);
        }
        if (diagnosis.flagged() && before.isEmpty()) {
            before = ofHealthyControl();
            if (before.isPresent()) {
                return repair(Status.HEALTHY, Patch.NONE, before, Optional.empty());
            }
        }
        return repair(
                diagnosis.flagged() ? Status.NOT_REPAIRED : Status.HEALTHY,
                Patch.NONE,
                before,
                Optional.empty());
    }

    /**
     * What is proved behind one that did not pass: the same with what seemed not to be needed, or
     * two together, rather than the second best.
     */
    private List<Patch> next(List<Patch> candidates, int proofs) {
        List<Patch> others = candidates.subList(1, candidates.size());
        boolean wasShortened =
                !others.isEmpty() && others.get(0).edits().containsAll(candidates.get(0).edits());
        if (wasShortened || proofs + 1 >= MOST_PROOFS) {
            return others;
        }
        List<Patch> more = search.goOn();
        return more.isEmpty() ? others : more;
    }

    /** What looked sick and nothing helped may be well in the end; empty if it is not. */
    private Optional<Outcome> ofHealthyControl() {
        try {
            List<Tested> control = healthyControl();
            return control.isEmpty() ? Optional.empty() : FullLength.outcome(control);
        } catch (CutShort e) {
            return Optional.empty();
        }
    }

    private Repair repair(
            Status status, Patch patch, Optional<Outcome> before, Optional<Outcome> after) {
        List<String> excluded = new ArrayList<>(search == null ? List.of() : search.ruledOut());
        excluded.addAll(ruledOut);
        // What was chosen in the end may not have stood out at first.
        excluded.removeIf(sentence -> !patch.isEmpty() && sentence.startsWith(patch.name() + ": "));
        if (status == Status.NOT_REPAIRED) {
            excluded.addAll(diagnosis.notFound());
        }
        return new Repair(
                patient.name(),
                status,
                diagnosis.verdicts(),
                patch,
                proof,
                trials.all(),
                before,
                after,
                costs.cost(),
                excluded,
                clock.seconds());
    }

    private List<Long> searchSeeds() {
        return seeds(1, SEARCH_SEEDS);
    }

    /**
     * The file's own seed is among those that nothing is chosen by: so what people are shown first
     * is what they get when they train the repaired file.
     */
    private List<Long> proofSeeds() {
        List<Long> seeds = new ArrayList<>(List.of(patient.seed()));
        seeds.addAll(seeds(1 + SEARCH_SEEDS, Acceptance.MANY_PAIRS - 1));
        return seeds;
    }

    private List<Long> seeds(long from, int count) {
        return LongStream.range(from, from + count).map(i -> patient.seed() + i).boxed().toList();
    }
}
