package org.evengrad.diagnosis.repair;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.evengrad.diagnosis.repair.Arm.Leg;
import org.evengrad.diagnosis.repair.Arm.Tested;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.TrainingListener;

/** Trains arms, each patch and seed once, and keeps the books of it. */
final class Trials {
    private final Patient patient;
    private final Skill skill;
    private final Clock clock;
    private final Costs costs;
    private final RepairListener listener;
    private final Forecast forecast;
    private final Map<Key, Arm> arms = new HashMap<>();
    private final List<Trial> trials = new ArrayList<>();

    Trials(Patient patient, Skill skill, Clock clock, Costs costs, RepairListener listener) {
        this.patient = patient;
        this.skill = skill;
        this.clock = clock;
        this.costs = costs;
        this.listener = listener;
        forecast = new Forecast(clock, listener);
    }

    /**
     * What makes arms equal.
     *
     * @param whole whether it is to be trained for the whole length
     */
    private record Key(Map<String, String> overrides, long seed, boolean whole) {}

    /**
     * Says that a stage begins.
     *
     * @param ahead what is left to do from here, in trainings of the original
     */
    void begin(Stage stage, List<Patch> patches, double ahead) {
        forecast.foresee(ahead * costs.plannedSteps());
        listener.began(stage, Collections.unmodifiableList(new ArrayList<>(patches)));
    }

    /**
     * Whether so much can be trained before the budget ends.
     *
     * @param trainings of the original
     */
    boolean fits(double trainings) {
        double needed = trainings * costs.secondsOfOriginal();
        return Double.isNaN(needed) || needed <= clock.left();
    }

    /**
     * Ends the attempt if so much cannot be trained.
     *
     * @param trainings of the original
     * @throws CutShort if so
     */
    void require(double trainings) {
        if (clock.over() || !fits(trainings)) {
            throw new CutShort();
        }
    }

    /**
     * Trains on.
     *
     * @param whole whether the arm is to be trained for the whole length in the end
     * @throws CutShort if it could not come so far
     */
    Leg train(Stage stage, Patch patch, long seed, double share, boolean whole) {
        return record(stage, arm(patch, seed, whole), arm -> arm.trainTo(share, this::cut));
    }

    /**
     * Trains for the whole length, watched.
     *
     * @throws CutShort if it could not come so far
     */
    Leg watch(Patch patch, long seed) {
        return record(Stage.CONTROL, arm(patch, seed, true), arm -> arm.watch(this::cut));
    }

    /**
     * Trains on to the end, and reads the test part.
     *
     * @param follows whether the listener may follow it
     * @throws CutShort if it could not come so far
     */
    Tested finish(Patch patch, long seed, boolean follows) {
        Function<TrainingPlan, List<TrainingListener>> followers =
                plan -> follows ? listener.result(patch, plan) : List.of();
        List<Tested> result = new ArrayList<>();
        record(
                Stage.RESULT,
                arm(patch, seed, true),
                arm -> {
                    result.add(arm.finish(followers, this::cut));
                    return result.get(0).leg();
                });
        return result.get(0);
    }

    /** Gives back the memory of a patch that is out of the race. */
    void forget(Patch patch) {
        arms.values().stream().filter(arm -> arm.patch().equals(patch)).forEach(Arm::forget);
    }

    /** All so far, in order. */
    List<Trial> all() {
        return trials;
    }

    private Arm arm(Patch patch, long seed, boolean whole) {
        return arms.computeIfAbsent(
                new Key(patch.overrides(), seed, whole),
                key -> new Arm(patient, patch, seed, skill, whole, clock.nanos()));
    }

    private Leg record(Stage stage, Arm arm, Function<Arm, Leg> training) {
        if (clock.over()) {
            throw new CutShort();
        }
        Leg leg = training.apply(arm);
        costs.add(stage, arm.patch(), leg);
        Trial trial =
                new Trial(arm.patch(), stage, arm.seed(), leg.steps(), leg.skill(), leg.seconds());
        // What is known from before is no training.
        if (leg.trained() > 0 || !isKnown(trial)) {
            trials.add(trial);
            listener.ended(trial);
            forecast.tell();
        }
        if (!leg.complete()) {
            throw new CutShort();
        }
        return leg;
    }

    private boolean isKnown(Trial trial) {
        return trials.stream()
                .anyMatch(
                        other ->
                                other.patch().equals(trial.patch())
                                        && other.seed() == trial.seed()
                                        && other.stage() == trial.stage()
                                        && other.steps() == trial.steps());
    }

    private boolean cut() {
        forecast.stepped();
        return clock.over();
    }
}
