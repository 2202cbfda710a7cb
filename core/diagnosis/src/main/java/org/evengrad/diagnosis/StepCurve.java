package org.evengrad.diagnosis;

import java.util.Arrays;
import java.util.Optional;
import org.evengrad.diagnosis.LossCurve.Swings;
import org.evengrad.engine.step.StepRecord;

/**
 * Follows the loss of each batch and the norm of each gradient, which cost nothing to have, and the
 * probe loss of steps in a row, when someone measures that. Allocates nothing in a step.
 */
final class StepCurve {
    /** So many norms tell what is usual. */
    private static final int NORMS = 128;

    /** How often what is usual is found anew. */
    private static final int EVERY = 16;

    /** Median absolute deviations in a standard deviation, and how many of those stand out. */
    private static final double TO_DEVIATION = 1.48;

    private static final double OUT = 6;

    /** So many losses behind a spike tell whether it did harm. */
    private static final int BEHIND = 8;

    private static final int LOSSES = 2 * LossCurve.WINDOW;

    private final double[] norms = new double[NORMS];
    private final double[] losses = new double[LOSSES];
    private final double[] swing = new double[LOSSES];
    private final double[] sorted = new double[NORMS];
    private final double[] few = new double[LOSSES];

    private long steps;
    private long clipped;
    private double medianNorm;
    private double deviation = Double.POSITIVE_INFINITY;
    private int spikes;
    private long firstSpike;
    private double largestSpike;
    private long candidate;
    private double candidateSize;
    private double lossBefore;
    private double lossDeviation;
    private int swingCount;
    private boolean swinging;
    private Optional<Swings> swings = Optional.empty();

    /** Takes in a step. */
    void add(StepRecord record) {
        double squares = 0;
        for (int t = 0; t < record.tensors(); t++) {
            squares += record.gradientNorm(t) * record.gradientNorm(t);
        }
        double norm = Math.sqrt(squares);
        if (record.clipped()) {
            clipped++;
        }
        if (steps >= NORMS && norm > medianNorm + OUT * deviation && candidate == 0) {
            beginSpike(record.step(), (norm - medianNorm) / deviation);
        }
        losses[(int) (steps % LOSSES)] = record.loss();
        norms[(int) (steps % NORMS)] = norm;
        steps++;
        if (candidate > 0 && record.step() == candidate + BEHIND) {
            endSpike();
        }
        if (steps >= NORMS && steps % EVERY == 0) {
            System.arraycopy(norms, 0, sorted, 0, NORMS);
            medianNorm = medianOf(sorted, NORMS);
            for (int i = 0; i < NORMS; i++) {
                sorted[i] = Math.abs(norms[i] - medianNorm);
            }
            deviation = TO_DEVIATION * medianOf(sorted, NORMS);
        }
    }

    /** Sorts in place. */
    private static double medianOf(double[] values, int count) {
        Arrays.sort(values, 0, count);
        return (values[(count - 1) / 2] + values[count / 2]) / 2;
    }

    private void beginSpike(long step, double size) {
        System.arraycopy(losses, 0, few, 0, LOSSES);
        lossBefore = medianOf(few, LOSSES);
        for (int i = 0; i < LOSSES; i++) {
            few[i] = Math.abs(losses[i] - lossBefore);
        }
        lossDeviation = TO_DEVIATION * medianOf(few, LOSSES);
        candidate = step;
        candidateSize = size;
    }

    private void endSpike() {
        for (int i = 0; i < BEHIND; i++) {
            few[i] = losses[(int) ((steps - 1 - i) % LOSSES)];
        }
        boolean rose = !(medianOf(few, BEHIND) <= lossBefore + 2 * lossDeviation);
        if (rose) {
            spikes++;
            firstSpike = firstSpike == 0 ? candidate : firstSpike;
            largestSpike = Math.max(largestSpike, candidateSize);
        }
        candidate = 0;
    }

    /** The windows of the batches' own losses; empty as long as there are too few. */
    Optional<Swings> ofBatches() {
        if (steps < LOSSES) {
            return Optional.empty();
        }
        double[] inOrder = new double[LOSSES];
        for (int i = 0; i < LOSSES; i++) {
            inOrder[i] = losses[(int) ((steps + i) % LOSSES)];
        }
        return Optional.of(Swings.of(steps, inOrder));
    }

    /** Asks for the probe loss of so many steps in a row as two windows have. */
    void beginSwings() {
        swinging = true;
        swingCount = 0;
    }

    boolean wantsProbeLoss() {
        return swinging;
    }

    /** Takes in the probe loss that {@link #wantsProbeLoss} asked for; true at the last one. */
    boolean addProbeLoss(long step, double loss) {
        swing[swingCount++] = loss;
        if (swingCount < LOSSES) {
            return false;
        }
        swinging = false;
        swings = Optional.of(Swings.of(step, swing));
        return true;
    }

    /** What was seen. */
    LossCurve seen() {
        return new LossCurve(
                swings,
                spikes,
                firstSpike,
                largestSpike,
                steps == 0 ? 0 : (double) clipped / steps);
    }

    void clear() {
        SavedNumbers empty = new SavedNumbers();
        new StepCurve().save(empty);
        restore(new SavedNumbers(empty.all()));
    }

    void save(SavedNumbers saved) {
        saved.put(norms).put(losses).put(swing);
        saved.put(
                steps,
                clipped,
                medianNorm,
                deviation,
                spikes,
                firstSpike,
                largestSpike,
                candidate,
                candidateSize,
                lossBefore,
                lossDeviation,
                swingCount,
                swinging ? 1 : 0,
                swings.isPresent() ? 1 : 0);
        Swings last = swings.orElse(new Swings(0, 0, 0, 0, 0));
        saved.put(
                last.step(),
                last.spread(),
                last.autocorrelation(),
                last.medianBefore(),
                last.medianAfter());
    }

    void restore(SavedNumbers saved) {
        saved.get(norms).get(losses).get(swing);
        steps = (long) saved.next();
        clipped = (long) saved.next();
        medianNorm = saved.next();
        deviation = saved.next();
        spikes = (int) saved.next();
        firstSpike = (long) saved.next();
        largestSpike = saved.next();
        candidate = (long) saved.next();
        candidateSize = saved.next();
        lossBefore = saved.next();
        lossDeviation = saved.next();
        swingCount = (int) saved.next();
        swinging = saved.next() != 0;
        boolean measured = saved.next() != 0;
        Swings last =
                new Swings(
                        (long) saved.next(),
                        saved.next(),
                        saved.next(),
                        saved.next(),
                        saved.next());
        swings = measured ? Optional.of(last) : Optional.empty();
    }
}
