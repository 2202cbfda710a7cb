package org.evengrad.diagnosis.repair;

import java.util.EnumMap;
import java.util.Map;

/** Counts what training took. */
final class Costs {
    private final Map<Stage, Double> seconds = new EnumMap<>(Stage.class);
    private final long plannedSteps;
    private double controlSeconds;
    private long controlSteps;

    /**
     * Nothing yet.
     *
     * @param plannedSteps of the original
     */
    Costs(long plannedSteps) {
        this.plannedSteps = plannedSteps;
    }

    void add(Stage stage, Patch patch, Arm.Leg leg) {
        seconds.merge(stage, leg.seconds(), Double::sum);
        // In the result, others may follow, and write.
        if (patch.isEmpty() && stage != Stage.RESULT) {
            controlSeconds += leg.seconds();
            controlSteps += leg.trained();
        }
    }

    /** The steps that the original is planned to take. */
    long plannedSteps() {
        return plannedSteps;
    }

    /** Of one training of the original over its whole length; NaN if it has not been trained. */
    double secondsOfOriginal() {
        return controlSeconds / controlSteps * plannedSteps;
    }

    /** In trainings of the original; all 0 if it has not been trained. */
    Cost cost() {
        double unit = secondsOfOriginal();
        if (!(unit > 0)) {
            return new Cost(0, 0, 0);
        }
        double proof = seconds.getOrDefault(Stage.PROOF, 0.0);
        double result = seconds.getOrDefault(Stage.RESULT, 0.0);
        double all = seconds.values().stream().mapToDouble(Double::doubleValue).sum();
        return new Cost((all - proof - result) / unit, proof / unit, result / unit);
    }
}
