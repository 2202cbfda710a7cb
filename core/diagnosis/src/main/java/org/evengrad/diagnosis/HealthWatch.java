package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.evengrad.engine.data.BatchFiller;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.engine.train.Ending;
import org.evengrad.engine.train.Ending.Reason;
import org.evengrad.engine.train.Evaluator;
import org.evengrad.engine.train.HealthMonitor;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;

/**
 * Follows a run and judges harm under the optimizer that was used: vanishing and exploding
 * gradients, and values that are no numbers.
 *
 * <p>A small gradient alone is no illness: a trained network has one. So the watch stays silent
 * about it when the loss on a fixed probe batch is low or still falling.
 */
public final class HealthWatch implements HealthMonitor {
    private static final int PROBE_ROWS = 512;
    private static final int PROBE_LOSSES = 10;

    private static final double TRAINED = 0.1;
    private static final double STILL_LEARNING = 0.01;

    private static final double TRAVEL_ERROR = 1e-2;
    private static final double SIGNAL_ERROR = 1e-3;
    private static final double SIGNAL_WARN = 3e-2;
    private static final double SIGNAL_ERROR_ADAPTIVE = 1e-5;
    private static final double SIGNAL_WARN_ADAPTIVE = 1e-3;

    private static final double LARGE_UPDATE = 0.1;
    private static final int LARGE_UPDATE_STEPS = 10;
    private static final int FIRST_STEPS = 20;
    private static final double WARMUP_SHARE = 0.05;
    private static final double SIGNAL_EXPLODES = 1e3;
    private static final double LOSS_EXPLODES = 10;
    private static final double OUTPUT_EXPLODES = 1e4;

    private static final String TOTAL_SIGNAL = "totalSignal";
    private static final String LEAST_TRAVEL = "leastTravel";
    private static final String LOSS_OVER_NULL_LOSS = "lossOverNullLoss";
    private static final String FIRST_NON_FINITE_STEP = "firstNonFiniteStep";
    private static final String STEPS_WITH_LARGE_UPDATES = "stepsWithLargeUpdates";
    private static final String FIRST_LOSS = "firstLoss";
    private static final String LARGEST_OUTPUT = "largestOutput";

    private TrainingPlan plan;
    private Network network;
    private Evaluator probe;
    private DataPart probePart;
    private double nullLoss;
    private long probeEvery;
    private final List<Double> probeLosses = new ArrayList<>();
    private SignalPath first;
    private double[] travel;
    private double[] initialSize;
    private int stepsWithLargeUpdates;
    private long applied;
    private long firstBadStep;
    private int firstBadTensor;
    private long lastSeen;

    @Override
    public void started(TrainingPlan started) {
        plan = started;
        network = started.network();
        probePart = probePart(started.data().train());
        probe = new Evaluator(network, started.loss(), probePart);
        nullLoss = NullLoss.of(probePart, started.loss());
        probeEvery = Math.max(1, started.horizon().steps() / PROBE_LOSSES);
        probeLosses.clear();
        probeLosses.add(probe.scores().loss());
        first = signals();
        travel = new double[network.tensors().size()];
        initialSize = sizes();
        stepsWithLargeUpdates = 0;
        applied = 0;
        firstBadStep = 0;
        firstBadTensor = -1;
        lastSeen = 0;
    }

    /** Rows spread evenly over the training part. */
    private static DataPart probePart(DataPart train) {
        int count = Math.min(PROBE_ROWS, train.size());
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) {
            rows[i] = train.rows()[(int) ((long) i * train.size() / count)];
        }
        return new DataPart(train.dataset(), rows);
    }

    private SignalPath signals() {
        Network.Batch batch = network.batch(probePart.size());
        int[] order = new int[probePart.size()];
        Arrays.setAll(order, i -> i);
        new BatchFiller(probePart, network.outputs())
                .copyFeatures(order, 0, order.length, batch.features().rewind());
        return new SignalPath(network.signals(batch, plan.seed()));
    }

    private double[] sizes() {
        List<Tensor> tensors = network.tensors();
        double[] sizes = new double[tensors.size()];
        int offset = 0;
        for (Tensor tensor : tensors) {
            for (int i = 0; i < tensor.size(); i++) {
                sizes[tensor.index()] += Math.abs(network.parameters().get(offset + i));
            }
            offset += tensor.size();
        }
        return sizes;
    }

    @Override
    public void stepped(StepRecord record) {
        lastSeen = record.step();
        boolean bad = record.firstNonFiniteTensor() >= 0 || !Double.isFinite(record.loss());
        if (bad && firstBadStep == 0) {
            firstBadStep = record.step();
            firstBadTensor = record.firstNonFiniteTensor();
        }
        if (record.outcome() == Outcome.APPLIED) {
            applied++;
            boolean large = false;
            for (int t = 0; t < travel.length; t++) {
                travel[t] += record.updateRatio(t);
                large |= judged(t) && record.updateRatio(t) > LARGE_UPDATE;
            }
            if (large && record.step() > WARMUP_SHARE * plan.horizon().steps()) {
                stepsWithLargeUpdates++;
            }
        }
        if (record.step() % probeEvery == 0) {
            probeLosses.add(probe.scores().loss());
        }
    }

    @Override
    public double[] save() {
        double[] counts = {stepsWithLargeUpdates, applied, firstBadStep, firstBadTensor, lastSeen};
        double[] saved = Arrays.copyOf(counts, counts.length + travel.length + probeLosses.size());
        System.arraycopy(travel, 0, saved, counts.length, travel.length);
        for (int i = 0; i < probeLosses.size(); i++) {
            saved[counts.length + travel.length + i] = probeLosses.get(i);
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
        applied = (long) saved[next++];
        firstBadStep = (long) saved[next++];
        firstBadTensor = (int) saved[next++];
        lastSeen = (long) saved[next++];
        System.arraycopy(saved, next, travel, 0, travel.length);
        probeLosses.clear();
        for (int i = next + travel.length; i < saved.length; i++) {
            probeLosses.add(saved[i]);
        }
    }

    /** Biases, normalization and what starts at zero say nothing about their travel. */
    private boolean judged(int tensor) {
        Role role = network.tensors().get(tensor).role();
        return role != Role.BIAS && role != Role.NORM && initialSize[tensor] > 0;
    }

    @Override
    public List<Verdict> judge(Ending ending) {
        if (lastSeen % probeEvery != 0) {
            probeLosses.add(probe.scores().loss());
        }
        List<Verdict> verdicts = new ArrayList<>();
        nonFinite(ending, verdicts);
        exploding(ending, verdicts);
        if (ending.reason() == Reason.COMPLETED || ending.reason() == Reason.EARLY_STOP) {
            vanishing(verdicts);
        }
        return verdicts;
    }

    private double finalLoss() {
        return probeLosses.get(probeLosses.size() - 1);
    }

    /** Low enough, or falling enough, that a small gradient is no news. */
    private boolean trainedOrLearning() {
        double before = probeLosses.get(Math.max(0, probeLosses.size() - 2));
        return finalLoss() < TRAINED * nullLoss
                || before - finalLoss() >= STILL_LEARNING * nullLoss;
    }

    private void nonFinite(Ending ending, List<Verdict> verdicts) {
        if (firstBadStep == 0) {
            return;
        }
        String tensor =
                firstBadTensor < 0 ? "the loss" : network.tensors().get(firstBadTensor).name();
        List<String> layers =
                firstBadTensor < 0
                        ? List.of()
                        : List.of(
                                network.layers()
                                        .get(network.tensors().get(firstBadTensor).layer()));
        boolean fatal = ending.reason() == Reason.DIVERGED || !Double.isFinite(finalLoss());
        Map<String, Evidence> evidence = new LinkedHashMap<>();
        evidence.put("firstStep", new Evidence(firstBadStep, 0));
        evidence.put("skippedSteps", new Evidence(ending.skippedSteps(), 0));
        verdicts.add(
                new Verdict(
                        Verdict.NON_FINITE,
                        fatal ? Severity.ERROR : Severity.WARN,
                        layers,
                        overflowed() ? "overflow" : "unknown",
                        evidence,
                        new Seeds(1, 1),
                        "NaN or infinity in "
                                + tensor
                                + " first at step "
                                + firstBadStep
                                + "; "
                                + ending.skippedSteps()
                                + " of "
                                + ending.steps()
                                + " steps were skipped"
                                + ending.detail().map(detail -> "; " + detail).orElse(""),
                        overflowed()
                                ? "The updates before it were large against the weights: the"
                                        + " parameters ran away until a product overflowed"
                                : "Nothing before it was unusual: look at the batch of that step,"
                                        + " and at the loss",
                        List.of(
                                lowerRate(),
                                "guards = [ nonfinite, { use = clip-global-norm, max-norm = 1.0 } ]"
                                        + " (Java: .guards(new Nonfinite(), new"
                                        + " ClipGlobalNorm(1.0)))")));
    }

    private boolean overflowed() {
        return stepsWithLargeUpdates > 0
                || first.total() > SIGNAL_EXPLODES
                || probeLosses.get(0) > LOSS_EXPLODES * nullLoss
                || firstBadStep <= FIRST_STEPS && largestTravelPerStep() > LARGE_UPDATE;
    }

    private double largestTravelPerStep() {
        double largest = 0;
        for (int t = 0; t < travel.length; t++) {
            largest = judged(t) ? Math.max(largest, travel[t] / Math.max(1, applied)) : largest;
        }
        return largest;
    }

    private String lowerRate() {
        return "optimizer.learning-rate = "
                + number(plan.optimizer().learningRate() / 10)
                + " (Java: .optimizer(optimizer.withLearningRate("
                + number(plan.optimizer().learningRate() / 10)
                + ")))";
    }

    private void exploding(Ending ending, List<Verdict> verdicts) {
        boolean notBetterThanNothing = !(finalLoss() < nullLoss);
        Map<String, Evidence> evidence = new LinkedHashMap<>();
        Severity severity = null;
        if (firstBadStep > 0 && ending.reason() == Reason.DIVERGED && overflowed()) {
            evidence.put(FIRST_NON_FINITE_STEP, new Evidence(firstBadStep, FIRST_STEPS));
            severity = Severity.ERROR;
        }
        boolean rising = !(finalLoss() <= probeLosses.get(0));
        if (stepsWithLargeUpdates >= LARGE_UPDATE_STEPS && rising) {
            evidence.put(
                    STEPS_WITH_LARGE_UPDATES,
                    new Evidence(stepsWithLargeUpdates, LARGE_UPDATE_STEPS));
            severity = Severity.ERROR;
        }
        if (notBetterThanNothing && probeLosses.get(0) > LOSS_EXPLODES * nullLoss) {
            evidence.put(FIRST_LOSS, new Evidence(probeLosses.get(0), LOSS_EXPLODES * nullLoss));
            severity = Severity.ERROR;
        }
        if (notBetterThanNothing && first.largestOutput() > OUTPUT_EXPLODES) {
            evidence.put(LARGEST_OUTPUT, new Evidence(first.largestOutput(), OUTPUT_EXPLODES));
            severity = Severity.ERROR;
        }
        boolean trained = finalLoss() < TRAINED * nullLoss;
        if (first.total() > SIGNAL_EXPLODES && !trained) {
            evidence.put(TOTAL_SIGNAL, new Evidence(first.total(), SIGNAL_EXPLODES));
            severity = severity == null ? Severity.WARN : severity;
        }
        if (severity == null) {
            return;
        }
        boolean signal = first.total() > SIGNAL_EXPLODES;
        List<Integer> blamed = signal ? first.blamed() : List.of();
        verdicts.add(
                new Verdict(
                        Verdict.EXPLODING_GRADIENT,
                        severity,
                        first.names(blamed),
                        signal ? first.cause(blamed) : "learning-rate",
                        evidence,
                        new Seeds(1, 1),
                        spoken(evidence),
                        signal
                                ? where(first, blamed)
                                : "Signals keep their size on the way back, so it is the steps that"
                                        + " are too large, not the weights",
                        signal
                                ? List.of(
                                        "initializer = he (Java: new He()); for tanh and sigmoid"
                                                + " initializer = xavier",
                                        "guards = [ nonfinite, { use = clip-global-norm, max-norm ="
                                                + " 1.0 } ] (Java: new ClipGlobalNorm(1.0))")
                                : List.of(
                                        lowerRate(),
                                        "guards = [ nonfinite, { use = clip-global-norm, max-norm ="
                                                + " 1.0 } ] (Java: new ClipGlobalNorm(1.0))")));
    }

    private void vanishing(List<Verdict> verdicts) {
        if (!Double.isFinite(finalLoss()) || trainedOrLearning()) {
            return;
        }
        SignalPath last = signals();
        SignalPath worst = last.logTotal() < first.logTotal() ? last : first;
        boolean proportional = OptimizerFamily.of(plan.optimizer()) == OptimizerFamily.PROPORTIONAL;
        double error = proportional ? SIGNAL_ERROR : SIGNAL_ERROR_ADAPTIVE;
        double warn = proportional ? SIGNAL_WARN : SIGNAL_WARN_ADAPTIVE;
        Map<String, Evidence> evidence = new LinkedHashMap<>();
        Severity severity = null;
        if (worst.total() < error) {
            evidence.put(TOTAL_SIGNAL, new Evidence(worst.total(), error));
            severity = Severity.ERROR;
        } else if (worst.total() < warn) {
            evidence.put(TOTAL_SIGNAL, new Evidence(worst.total(), warn));
            severity = Severity.WARN;
        }
        double scale = (double) plan.horizon().steps() / Math.max(1, lastSeen);
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        int stillest = -1;
        for (int t = 0; t < travel.length; t++) {
            if (judged(t)) {
                if (travel[t] * scale < least) {
                    least = travel[t] * scale;
                    stillest = t;
                }
                most = Math.max(most, travel[t] * scale);
            }
        }
        // If no tensor moves, it is the rate that is too low, not a gradient that vanishes.
        if (proportional && least < TRAVEL_ERROR && most >= TRAVEL_ERROR) {
            evidence.put(LEAST_TRAVEL, new Evidence(least, TRAVEL_ERROR));
            severity = Severity.ERROR;
        }
        if (severity == null) {
            return;
        }
        evidence.put(LOSS_OVER_NULL_LOSS, new Evidence(finalLoss() / nullLoss, TRAINED));
        List<Integer> blamed = worst.total() < warn ? worst.blamed() : List.of();
        List<String> layers =
                !blamed.isEmpty() || stillest < 0
                        ? worst.names(blamed)
                        : List.of(network.layers().get(network.tensors().get(stillest).layer()));
        verdicts.add(
                new Verdict(
                        Verdict.VANISHING_GRADIENT,
                        severity,
                        layers,
                        blamed.isEmpty() ? "unknown" : worst.cause(blamed),
                        evidence,
                        new Seeds(1, 1),
                        spoken(evidence),
                        blamed.isEmpty()
                                ? "The gradient of "
                                        + String.join(", ", layers)
                                        + " is too small for the learning rate"
                                : where(worst, blamed),
                        List.of(
                                "activation = relu and initializer = he (Java: new Relu(), new"
                                        + " He())",
                                "optimizer { use = adam, learning-rate = 0.001 } (Java: new"
                                        + " Adam().withLearningRate(1e-3)), which rescales small"
                                        + " gradients")));
    }

    private static String where(SignalPath path, List<Integer> blamed) {
        return path.spoken(blamed)
                + (blamed.size() == 1 ? " multiplies" : " each multiply")
                + " the signal by "
                + number(path.gainPerLayer(blamed))
                + (blamed.size() == 1 ? "" : " on average")
                + ": "
                + number(path.activationGainPerLayer(blamed))
                + " by the activation's slope, "
                + number(path.weightGainPerLayer(blamed))
                + " by the weights";
    }

    private static String spoken(Map<String, Evidence> evidence) {
        List<String> parts = new ArrayList<>();
        evidence.forEach((name, fact) -> parts.add(spoken(name, fact)));
        String sentence = String.join("; ", parts);
        return sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
    }

    private static String spoken(String name, Evidence fact) {
        String value = number(fact.value());
        String threshold = " (threshold " + number(fact.threshold()) + ")";
        return switch (name) {
            case TOTAL_SIGNAL ->
                    fact.value() < 1
                            ? value + " of the signal reaches the first layer" + threshold
                            : "the signal grows "
                                    + value
                                    + " times up to the first layer"
                                    + threshold;
            case LEAST_TRAVEL ->
                    "the stillest weights travel " + value + " of their size" + threshold;
            case LOSS_OVER_NULL_LOSS ->
                    "the loss is " + value + " of a constant prediction's" + threshold;
            case FIRST_NON_FINITE_STEP -> "a value was no number at step " + value;
            case STEPS_WITH_LARGE_UPDATES -> value + " steps moved weights by over 10%" + threshold;
            case FIRST_LOSS -> "the first loss was " + value + threshold;
            case LARGEST_OUTPUT -> "a layer's output reached " + value + threshold;
            default -> name + " " + value + threshold;
        };
    }

    private static String number(double value) {
        double magnitude = Math.abs(value);
        if (value == Math.rint(value) && magnitude < 1e6) {
            return Long.toString((long) value);
        }
        return magnitude >= 1e-2 && magnitude < 1e4
                ? String.format(Locale.ROOT, "%.3g", value)
                : String.format(Locale.ROOT, "%.1e", value);
    }
}
