package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.evengrad.diagnosis.Observations.TensorPlace;
import org.evengrad.diagnosis.Observations.Travel;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.plan.TrainingData;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.engine.train.Ending;
import org.evengrad.engine.train.Evaluator;
import org.evengrad.engine.train.HealthMonitor;
import org.evengrad.engine.train.Verdict;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;

/**
 * Measures a run while it goes on, and lets judges look at the measurements at its end. What is
 * measured, and when it is a verdict, stands in {@code docs/diagnosis.md}.
 */
public final class HealthWatch implements HealthMonitor {
    private static final int PROBES = 10;
    private static final double LARGE_UPDATE = 0.1;
    private static final double WARMUP_SHARE = 0.05;
    private static final int SHORTLY_BEFORE = 20;

    private final List<Judge> judges =
            List.of(new NonFinite(), new ExplodingGradient(), new VanishingGradient());

    private TrainingPlan plan;
    private Network network;
    private Evaluator probe;
    private double nullLoss;
    private double zeroOutputsLoss;
    private long probeEvery;
    private SignalPath first;
    private boolean[] judged;

    private final List<Probe> probes = new ArrayList<>();
    private double[] travel;
    private int stepsWithLargeUpdates;
    private long lastLargeUpdate;
    private long firstBadStep;
    private int firstBadTensor;
    private long lastStep;

    /** The loss on the probe batch after a step. */
    private record Probe(long step, double loss) {}

    @Override
    public void started(TrainingPlan started) {
        plan = started;
        network = started.network();
        TrainingData data = started.data();
        probe = new Evaluator(network, started.loss(), data.task(), data.probe());
        if (network.scoresItself()) {
            // What a constant would score is not known.
            nullLoss = probe.loss();
            zeroOutputsLoss = nullLoss;
        } else {
            NullLoss withoutInput =
                    new NullLoss(
                            data.probe().get(0, 0), data.task(), started.loss(), network.outputs());
            nullLoss = withoutInput.ofBestConstant();
            zeroOutputsLoss = withoutInput.ofZeroOutputs();
        }
        probeEvery = Math.max(1, started.horizon().steps() / PROBES);
        first = signals();
        judged = judgedTensors();
        travel = new double[judged.length];
        stepsWithLargeUpdates = 0;
        lastLargeUpdate = Long.MIN_VALUE / 2;
        firstBadStep = 0;
        firstBadTensor = -1;
        lastStep = 0;
        probes.clear();
        probe(0);
    }

    private SignalPath signals() {
        return new SignalPath(network.signals(plan.data().probe().get(0, 0), plan.seed()));
    }

    /** Biases, normalization, and what starts at zero say nothing about their travel. */
    private boolean[] judgedTensors() {
        List<Tensor> tensors = network.tensors();
        boolean[] result = new boolean[tensors.size()];
        for (Tensor tensor : tensors) {
            int offset = network.offset(tensor.index());
            if (tensor.role() != Role.BIAS && tensor.role() != Role.NORM) {
                for (int i = 0; i < tensor.size() && !result[tensor.index()]; i++) {
                    result[tensor.index()] = network.parameters().get(offset + i) != 0;
                }
            }
        }
        return result;
    }

    private void probe(long step) {
        probes.add(new Probe(step, probe.loss()));
    }

    @Override
    public void stepped(StepRecord record) {
        lastStep = record.step();
        boolean bad = record.firstNonFiniteTensor() >= 0 || !Double.isFinite(record.loss());
        if (bad && firstBadStep == 0) {
            firstBadStep = record.step();
            firstBadTensor = record.firstNonFiniteTensor();
        }
        if (record.outcome() == Outcome.APPLIED) {
            boolean large = false;
            for (int t = 0; t < travel.length; t++) {
                travel[t] += record.updateRatio(t);
                large |= judged[t] && record.updateRatio(t) > LARGE_UPDATE;
            }
            if (large && firstBadStep == 0) {
                lastLargeUpdate = record.step();
            }
            if (large && record.step() > WARMUP_SHARE * plan.horizon().steps()) {
                stepsWithLargeUpdates++;
            }
        }
        if (record.step() % probeEvery == 0) {
            probe(record.step());
        }
    }

    @Override
    public List<Verdict> judge(Ending ending) {
        if (probes.get(probes.size() - 1).step() != lastStep) {
            probe(lastStep);
        }
        Observations observations = observations(ending);
        return judges.stream()
                .map(judge -> judge.judge(observations))
                .flatMap(Optional::stream)
                .toList();
    }

    private Observations observations(Ending ending) {
        List<Travel> moved = new ArrayList<>();
        for (int t = 0; t < travel.length; t++) {
            if (judged[t]) {
                moved.add(new Travel(t, travel[t]));
            }
        }
        return new Observations(
                ending,
                plan.horizon().steps(),
                plan.optimizer(),
                plan.config().map(from -> isRelu(from.config().activation())).orElse(false),
                nullLoss,
                zeroOutputsLoss,
                probes.get(0).loss(),
                earlierLoss(),
                probes.get(probes.size() - 1).loss(),
                first,
                this::signals,
                moved,
                stepsWithLargeUpdates,
                firstBadStep > 0 && firstBadStep - lastLargeUpdate <= SHORTLY_BEFORE,
                firstBadStep,
                firstBadTensor < 0 ? OptionalInt.empty() : OptionalInt.of(firstBadTensor),
                network.tensors().stream()
                        .map(t -> new TensorPlace(t.name(), network.layers().get(t.layer())))
                        .toList());
    }

    /** By what it does, so that it holds for any plugin. */
    private static boolean isRelu(Activation activation) {
        float[] x = {-2, -1, 1, 2};
        float[] y = new float[x.length];
        activation.forward(x, y, x.length);
        return Arrays.equals(y, new float[] {0, 0, 1, 2});
    }

    /** The newest probe that is at least a tenth of the planned steps old. */
    private double earlierLoss() {
        double loss = probes.get(0).loss();
        for (Probe measured : probes) {
            if (measured.step() <= lastStep - probeEvery) {
                loss = measured.loss();
            }
        }
        return loss;
    }

    @Override
    public double[] save() {
        double[] counts = {
            stepsWithLargeUpdates, lastLargeUpdate, firstBadStep, firstBadTensor, lastStep
        };
        double[] saved = Arrays.copyOf(counts, counts.length + travel.length + 2 * probes.size());
        System.arraycopy(travel, 0, saved, counts.length, travel.length);
        int next = counts.length + travel.length;
        for (Probe measured : probes) {
            saved[next++] = measured.step();
            saved[next++] = measured.loss();
        }
        return saved;
    }

    /**
     * Goes on where a watch of the same run stopped. What is measured before the first step was
     * measured again by {@link #started}, on the same first weights.
     */
    @Override
    public void restore(double[] saved) {
        int next = 0;
        stepsWithLargeUpdates = (int) saved[next++];
        lastLargeUpdate = (long) saved[next++];
        firstBadStep = (long) saved[next++];
        firstBadTensor = (int) saved[next++];
        lastStep = (long) saved[next++];
        System.arraycopy(saved, next, travel, 0, travel.length);
        next += travel.length;
        probes.clear();
        while (next < saved.length) {
            probes.add(new Probe((long) saved[next++], saved[next++]));
        }
    }
}
