package org.evengrad.diagnosis;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.evengrad.diagnosis.Movement.Travel;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.engine.train.Forks;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Tensor;

/**
 * A few real steps, with the plan's optimizer, schedule, guards and batches, that are undone: what
 * training is going to do. From them follows how far each tensor is going to travel.
 */
final class DryRun {
    /** So many steps are taken, to see whether a value stops being a number. */
    static final int STEPS = 20;

    /** From so many of them the travel is taken. */
    private static final int TRAVEL_STEPS = 8;

    /** Fewer say nothing of the travel. */
    static final int FEWEST_STEPS = TRAVEL_STEPS;

    private static final double LARGE_UPDATE = 0.1;

    /** A weight less its decay is rounded to a float: a difference below that is none. */
    private static final double ROUNDING = 1e-7;

    private final TrainingPlan plan;
    private final Network network;
    private final Subject subject;
    private final ProbeBatch probe;
    private final double decayShare;
    private final double floor;

    private double[] ratios;
    private int travelSteps;
    private int largeSteps;
    private int clipped;
    private int taken;
    private long firstBadStep;
    private int firstBadTensor;
    private double worstLoss;
    private double belowFloorShare;
    private float[] before;
    private SignalPath after;

    /**
     * What the steps did.
     *
     * @param movement the travel is that of all planned steps
     * @param probeLoss on the probe batch, behind the last step
     * @param signals behind the last step
     */
    record Result(Movement movement, double probeLoss, SignalPath signals) {}

    DryRun(TrainingPlan plan, Subject subject, ProbeBatch probe) {
        this.plan = plan;
        this.subject = subject;
        this.probe = probe;
        network = plan.network();
        decayShare = OptimizerFamily.decayShare(plan.optimizer());
        floor = OptimizerFamily.floor(plan.optimizer());
    }

    /**
     * Takes steps from where the parameters are, and puts them back bit for bit.
     *
     * @param forks of the plan; {@link Forks#possible()}
     * @param steps how many: {@link #STEPS}, or fewer where they take long
     * @param seed of the signals behind the last step
     */
    Result run(Forks forks, int steps, long seed) {
        ratios = new double[subject.tensors().size()];
        travelSteps = 0;
        largeSteps = 0;
        clipped = 0;
        taken = 0;
        firstBadStep = 0;
        firstBadTensor = -1;
        worstLoss = Double.NEGATIVE_INFINITY;
        belowFloorShare = 0;
        before = decayShare > 0 ? parameters() : null;
        double loss =
                forks.run(
                        1,
                        0,
                        steps,
                        this::stepped,
                        () -> {
                            after = probe.signals(seed);
                            return probe.loss();
                        });
        return new Result(movement(), loss, after);
    }

    private float[] parameters() {
        FloatBuffer from = network.parameters();
        float[] values = new float[from.limit()];
        from.get(0, values);
        return values;
    }

    private void stepped(StepRecord record, Batch batch) {
        taken++;
        worstLoss = Math.max(worstLoss, record.loss());
        if (record.clipped()) {
            clipped++;
        }
        boolean bad = record.firstNonFiniteTensor() >= 0 || !Double.isFinite(record.loss());
        if (bad && firstBadStep == 0) {
            firstBadStep = taken;
            firstBadTensor = record.firstNonFiniteTensor();
        }
        double factor = record.learningRate() / plan.optimizer().learningRate();
        if (record.outcome() == Outcome.APPLIED && factor > 0) {
            boolean large = false;
            for (int t = 0; t < ratios.length; t++) {
                if (subject.tensors().get(t).judged()) {
                    double ratio = ratio(record, t, factor);
                    large |= ratio > LARGE_UPDATE;
                    ratios[t] += taken <= TRAVEL_STEPS ? ratio / factor : 0;
                }
            }
            travelSteps += taken <= TRAVEL_STEPS ? 1 : 0;
            largeSteps += large ? 1 : 0;
        }
        if (taken == TRAVEL_STEPS) {
            belowFloorShare = belowFloorShare(batch);
        }
        if (before != null && taken < TRAVEL_STEPS) {
            network.parameters().get(0, before);
        }
    }

    /** The update against the tensor, without what weight decay took. */
    private double ratio(StepRecord record, int index, double factor) {
        if (before == null || taken > TRAVEL_STEPS) {
            return record.updateRatio(index);
        }
        Tensor tensor = network.tensors().get(index);
        int offset = network.offset(index);
        double update = 0;
        double size = 0;
        for (int i = offset; i < offset + tensor.size(); i++) {
            double kept = before[i] * (1 - decayShare * factor);
            double change = network.parameters().get(i) - kept;
            update += change * change;
            size += (double) before[i] * before[i];
        }
        double smallest = 1e-3 * Math.sqrt(tensor.size());
        double ratio = Math.sqrt(update) / Math.max(Math.sqrt(size), smallest);
        return ratio < ROUNDING ? 0 : ratio;
    }

    /** Behind a step the network still has its gradient. Zeros are no evidence. */
    private double belowFloorShare(Batch batch) {
        if (floor == 0) {
            return 0;
        }
        long below = 0;
        long all = 0;
        for (Tensor tensor : network.tensors()) {
            if (subject.tensors().get(tensor.index()).judged()) {
                int offset = network.offset(tensor.index());
                for (int i = offset; i < offset + tensor.size(); i++) {
                    double gradient = Math.abs(network.gradient().get(i) / batch.terms());
                    below += gradient > 0 && gradient < floor ? 1 : 0;
                    all += gradient > 0 ? 1 : 0;
                }
            }
        }
        return all == 0 ? 0 : (double) below / all;
    }

    private Movement movement() {
        List<Travel> travel = new ArrayList<>();
        double factors = travelSteps == 0 ? 0 : plannedFactors();
        for (int t = 0; t < ratios.length; t++) {
            if (travelSteps > 0 && subject.tensors().get(t).judged()) {
                travel.add(new Travel(t, ratios[t] / travelSteps * factors));
            }
        }
        return new Movement(
                travel,
                largeSteps,
                largeSteps > 0 && firstBadStep > 0,
                firstBadStep,
                firstBadTensor < 0 ? OptionalInt.empty() : OptionalInt.of(firstBadTensor),
                (double) clipped / Math.max(1, taken),
                worstLoss,
                belowFloorShare);
    }

    /** The sum of the schedule's factors over the planned steps, if nothing surprises it. */
    private double plannedFactors() {
        Schedule schedule = plan.scheduler().start(plan.horizon());
        double rate = plan.optimizer().learningRate();
        double sum = 0;
        for (long step = 0; step < plan.horizon().steps(); step++) {
            double factor = schedule.factor(new PlannedStep(step, plan.horizon(), rate, 1));
            rate = plan.optimizer().learningRate() * factor;
            sum += factor;
        }
        return sum;
    }
}
