package org.evengrad.diagnosis.repair;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.evengrad.diagnosis.repair.Arm.Tested;

/**
 * Trains what passed, and the control, over the whole length: what people are shown, and the last
 * gate, since what helps at first need not help in the end.
 */
final class FullLength {
    /** A seed may lose so much. */
    private static final double LOSS = 0.02;

    private final Trials trials;
    private final List<Tested> controls = new ArrayList<>();
    private final List<Tested> repaired = new ArrayList<>();

    FullLength(Trials trials) {
        this.trials = trials;
    }

    /** What the whole length says. */
    enum Gate {
        /** The patch is better. */
        PASSED,
        /** It is not. */
        FAILED,
        /** The control learns well by itself. */
        HEALTHY
    }

    /**
     * Trains both with each seed, as far as there is time for whole trainings.
     *
     * @return whether all were trained
     */
    boolean run(Patch patch, List<Long> seeds, double shareDone) {
        trials.begin(Stage.RESULT, List.of(Patch.NONE, patch), 2 * seeds.size() * (1 - shareDone));
        try {
            for (int i = 0; i < seeds.size(); i++) {
                trials.require(2 * (i == 0 ? 1 : 1 - shareDone));
                Tested control = trials.finish(Patch.NONE, seeds.get(i), i == 0);
                Tested other = trials.finish(patch, seeds.get(i), i == 0);
                controls.add(control);
                repaired.add(other);
            }
            return true;
        } catch (CutShort e) {
            return false;
        }
    }

    /** What the trainings say on validation rows; passed if there is none. */
    Gate gate() {
        if (controls.isEmpty()) {
            return Gate.PASSED;
        }
        if (controls.stream().allMatch(each -> each.leg().skill() >= Search.HEALTHY)) {
            return Gate.HEALTHY;
        }
        double gain = 0;
        for (int i = 0; i < controls.size(); i++) {
            double more =
                    repaired.get(i).leg().skill() - Math.max(0, controls.get(i).leg().skill());
            if (more < -LOSS) {
                return Gate.FAILED;
            }
            gain += more / controls.size();
        }
        return gain >= Acceptance.LEAST_GAIN ? Gate.PASSED : Gate.FAILED;
    }

    /** The unchanged one on the test part; empty if it was not trained or there is no such part. */
    Optional<Outcome> before() {
        return outcome(controls);
    }

    /** The repaired one on the test part. */
    Optional<Outcome> after() {
        return outcome(repaired);
    }

    /** What trainings came to. */
    static Optional<Outcome> outcome(List<Tested> tested) {
        if (tested.isEmpty() || tested.stream().allMatch(each -> Double.isNaN(each.skill()))) {
            return Optional.empty();
        }
        boolean classes = tested.stream().anyMatch(each -> !Double.isNaN(each.accuracy()));
        ToDoubleFunction<Tested> value = classes ? Tested::accuracy : Tested::loss;
        return Optional.of(
                new Outcome(
                        classes ? "testAccuracy" : "testLoss",
                        tested.stream().mapToDouble(value).boxed().toList(),
                        tested.stream().map(Tested::skill).toList()));
    }
}
