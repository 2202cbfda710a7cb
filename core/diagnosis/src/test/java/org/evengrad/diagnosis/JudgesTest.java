package org.evengrad.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.network.BranchSignal;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.network.LayerSignal.Kind;
import org.evengrad.engine.network.Signals;
import org.evengrad.engine.network.TimeSignal;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;
import org.evengrad.optimizers.sgd.Sgd;
import org.junit.jupiter.api.Test;

/** Judges on signals that are made up. */
class JudgesTest {
    private static final int DEPTH = 6;

    /** A layer whose activation and weights do that to the signal. */
    private record Layer(
            Kind kind, double activation, double weights, double dead, double saturated) {
        static final Layer EVEN = new Layer(Kind.WEIGHTS, 0.7, 1 / 0.7, 0, 0);

        static Layer gains(double activation, double weights) {
            return new Layer(Kind.WEIGHTS, activation, weights, 0, 0);
        }
    }

    private static List<Layer> hidden(Layer layer) {
        return new ArrayList<>(java.util.Collections.nCopies(DEPTH, layer));
    }

    private static SignalPath path(
            List<Layer> hidden, List<BranchSignal> branches, List<TimeSignal> times) {
        List<Layer> all = new ArrayList<>(hidden);
        all.add(new Layer(Kind.OUTPUT, 1, 1, 0, 0));
        List<LayerSignal> signals = new ArrayList<>();
        double log = 0;
        for (int i = all.size() - 1; i >= 0; i--) {
            Layer layer = all.get(i);
            signals.add(
                    0,
                    new LayerSignal(
                            "layer-" + (i + 1),
                            log,
                            layer.activation(),
                            layer.weights(),
                            1,
                            1,
                            1,
                            1,
                            1,
                            64,
                            layer.kind(),
                            layer.dead(),
                            layer.saturated(),
                            1));
            log += Math.log(layer.activation() * layer.weights());
        }
        return new SignalPath(new Signals(signals, branches, times));
    }

    private static SignalPath path(List<Layer> hidden) {
        return path(hidden, List.of(), List.of());
    }

    private static Subject subject(OptimizerFamily family, int inputSteps, int outputSteps) {
        return new Subject(
                new Sgd(),
                family,
                1000,
                Task.CLASSIFICATION,
                Loss.CROSS_ENTROPY,
                true,
                10,
                inputSteps,
                outputSteps,
                Optional.empty(),
                List.of(),
                Set.of(),
                1,
                DataFacts.NONE,
                1,
                false);
    }

    private static Observations before(List<SignalPath> paths) {
        return new Observations(
                Progress.before(),
                subject(OptimizerFamily.PROPORTIONAL, 100, 1),
                losses(2.4, 2.4),
                Movement.none(),
                paths,
                () -> paths.get(0),
                LossCurve.NONE,
                LearningRateTrial.NONE,
                Map.of());
    }

    private static LossHistory losses(double first, double last) {
        return new LossHistory(
                2.3,
                2.3,
                1000,
                List.of(new LossHistory.Probe(0, first), new LossHistory.Probe(200, last)));
    }

    private static Observations during(double loss, Map<String, Double> inactive) {
        SignalPath even = path(hidden(Layer.EVEN));
        return new Observations(
                Progress.during(200, 0),
                subject(OptimizerFamily.PROPORTIONAL, 1, 1),
                losses(2.3, loss),
                Movement.none(),
                List.of(even),
                () -> even,
                LossCurve.NONE,
                LearningRateTrial.NONE,
                inactive);
    }

    private static Verdict only(List<Verdict> verdicts) {
        assertEquals(1, verdicts.size(), verdicts::toString);
        return verdicts.get(0);
    }

    @Test
    void areSilentOnEvenSignals() {
        assertEquals(List.of(), Judges.judge(before(List.of(path(hidden(Layer.EVEN))))));
    }

    @Test
    void warnOfANetworkThatSomeInitializationsBreak() {
        List<SignalPath> paths = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            paths.add(path(hidden(i < 3 ? Layer.gains(0.7, 0.3) : Layer.EVEN)));
        }
        Verdict verdict = only(Judges.judge(before(paths)));
        assertEquals(Verdict.VANISHING_GRADIENT, verdict.problem());
        assertEquals(Severity.WARN, verdict.severity());
        assertEquals(new Seeds(3, 16), verdict.seeds());
        assertEquals("weights", verdict.cause());
    }

    @Test
    void judgeNormalizationTogetherWithTheWeightsWhoseScaleItCancels() {
        List<Layer> hidden = new ArrayList<>();
        for (int i = 0; i < DEPTH; i++) {
            hidden.add(Layer.gains(1, 100));
            hidden.add(new Layer(Kind.NORMALIZATION, 0.7, 0.01 / 0.7, 0, 0));
        }
        // The one place where the signal is lost.
        hidden.set(4, Layer.gains(1, 1e-2));
        Verdict verdict = only(Judges.judge(before(List.of(path(hidden)))));
        assertEquals(Verdict.VANISHING_GRADIENT, verdict.problem());
        assertEquals(List.of("layer-5", "layer-6"), verdict.layers());
        assertEquals("weights", verdict.cause());
    }

    @Test
    void warnEarlierOfGrowthThroughNormalization() {
        List<Layer> hidden = hidden(Layer.gains(1, 2.5));
        assertEquals(List.of(), Judges.judge(before(List.of(path(hidden)))));
        hidden.set(2, new Layer(Kind.NORMALIZATION, 1, 2.5, 0, 0));
        Verdict verdict = only(Judges.judge(before(List.of(path(hidden)))));
        assertEquals(Verdict.EXPLODING_GRADIENT, verdict.problem());
        assertEquals(Severity.WARN, verdict.severity());
        assertEquals(50, verdict.evidence().get("totalSignal").threshold());
    }

    @Test
    void blameTheBranchesOfBlocksThatGrow() {
        List<BranchSignal> blocks = new ArrayList<>();
        for (int i = 2; i <= DEPTH; i++) {
            blocks.add(new BranchSignal("add-" + i, List.of("layer-" + i), 5, 4.8));
        }
        SignalPath path = path(hidden(Layer.gains(1, 5)), blocks, List.of());
        Verdict verdict = only(Judges.judge(before(List.of(path))));
        assertEquals("residual-branches", verdict.cause());
        assertEquals(DEPTH - 1, verdict.layers().size());
        assertTrue(verdict.advice().get(0).contains("fixup"));
    }

    @Test
    void callSaturationByItsNameAndLeaveGatesAlone() {
        List<Layer> hidden = hidden(Layer.EVEN);
        hidden.set(2, new Layer(Kind.WEIGHTS, 1e-4, 2, 0, 0.95));
        List<Verdict> verdicts = Judges.judge(before(List.of(path(hidden))));
        assertEquals(
                List.of(Verdict.VANISHING_GRADIENT, Verdict.SATURATION),
                verdicts.stream().map(Verdict::problem).toList());
        assertEquals("saturation", verdicts.get(0).cause());
        assertEquals(List.of("layer-3"), verdicts.get(1).layers());
        assertEquals(0.9, verdicts.get(1).evidence().get("saturatedShare").threshold());
        hidden.set(2, new Layer(Kind.RECURRENT, 0.7, 1 / 0.7, 0, 0.95));
        assertEquals(List.of(), Judges.judge(before(List.of(path(hidden)))));
    }

    @Test
    void countDeadUnitsOfTheWholeEpochWhileTraining() {
        Verdict most = only(Judges.judge(during(2.3, Map.of("layer-2", 0.8))));
        assertEquals(Verdict.DEAD_UNITS, most.problem());
        assertEquals(Severity.WARN, most.severity());
        assertEquals("learning-rate", most.cause());
        Verdict few = only(Judges.judge(during(2.3, Map.of("layer-2", 0.89))));
        assertEquals(Severity.ERROR, few.severity(), "7 are alive, and outputs need 9");
        assertEquals(9, few.evidence().get("liveUnits").threshold());
        assertEquals(List.of(), Judges.judge(during(2.3, Map.of("layer-2", 0.4))));
        assertEquals(List.of(), Judges.judge(during(1.5, Map.of("layer-2", 0.89))), "it learns");
    }

    @Test
    void letGatesForgetButNotASimpleLayerWhoseLabelComesLast() {
        List<Double> fast = new ArrayList<>();
        for (int lag = 0; lag < 100; lag++) {
            fast.add(-lag * 1.0);
        }
        TimeSignal simple = new TimeSignal("layer-1", fast, 0.9, 0.4, false);
        TimeSignal gated = new TimeSignal("layer-1", fast, 0.4, 0.9, true);
        List<Layer> even = hidden(Layer.EVEN);
        Verdict lost = only(Judges.judge(before(List.of(path(even, List.of(), List.of(simple))))));
        assertEquals(Severity.ERROR, lost.severity());
        assertEquals("recurrent-weights", lost.cause());
        assertEquals(7, lost.evidence().get("horizon").value());
        Verdict gates = only(Judges.judge(before(List.of(path(even, List.of(), List.of(gated))))));
        assertEquals(Severity.NOTE, gates.severity());
    }

    @Test
    void areSilentOnSmallSignalsOfANetworkThatIsTrained() {
        SignalPath small = path(hidden(Layer.gains(0.1, 0.1)));
        Observations trained =
                new Observations(
                        Progress.during(900, 0),
                        subject(OptimizerFamily.PROPORTIONAL, 1, 1),
                        losses(2.3, 0.01),
                        new Movement(List.of(), 0, false, 0, OptionalInt.empty(), 0, 1, 0),
                        List.of(small),
                        () -> small,
                        LossCurve.NONE,
                        LearningRateTrial.NONE,
                        Map.of());
        assertEquals(List.of(), Judges.judge(trained));
    }

    private static Observations later(
            SignalPath first, SignalPath now, double loss, LossCurve curve) {
        return new Observations(
                Progress.during(200, 0),
                subject(OptimizerFamily.PROPORTIONAL, 1, 1),
                losses(2.3, loss),
                Movement.none(),
                List.of(first),
                () -> now,
                curve,
                LearningRateTrial.NONE,
                Map.of());
    }

    @Test
    void callUnitsDeadThatStepsKilledAndNotTheirGradientVanishing() {
        List<Layer> killed = hidden(Layer.EVEN);
        killed.set(3, new Layer(Kind.WEIGHTS, 0, 1, 1, 0));
        SignalPath even = path(hidden(Layer.EVEN));
        Verdict verdict = only(Judges.judge(later(even, path(killed), 2.3, LossCurve.NONE)));
        assertEquals(Verdict.DEAD_UNITS, verdict.problem());
        assertEquals(Severity.ERROR, verdict.severity());
        assertEquals("learning-rate", verdict.cause());
        assertEquals(List.of("layer-4"), verdict.layers());
    }

    @Test
    void blameStepsForWhatTheySaturated() {
        List<Layer> thrown = hidden(Layer.EVEN);
        thrown.set(3, new Layer(Kind.WEIGHTS, 1e-6, 1, 0, 1));
        SignalPath even = path(hidden(Layer.EVEN));
        Verdict verdict = only(Judges.judge(later(even, path(thrown), 2.3, LossCurve.NONE)));
        assertEquals(Verdict.SATURATION, verdict.problem());
        assertEquals("learning-rate", verdict.cause());
    }

    @Test
    void onlyNoteSaturationThatPassesTheSignal() {
        List<Layer> hidden = hidden(Layer.EVEN);
        hidden.set(2, new Layer(Kind.WEIGHTS, 0.4, 2.5, 0, 0.8));
        assertEquals(Severity.NOTE, only(Judges.judge(before(List.of(path(hidden))))).severity());
    }

    @Test
    void onlyNoteSpikesOfALossThatIsLow() {
        SignalPath even = path(hidden(Layer.EVEN));
        LossCurve spikes = new LossCurve(Optional.empty(), 4, 150, 12, 0);
        Verdict high = only(Judges.judge(later(even, even, 2.29, spikes)));
        assertEquals(Severity.WARN, high.severity());
        // It fell long ago, and rests.
        Observations low =
                new Observations(
                        Progress.during(400, 0),
                        subject(OptimizerFamily.PROPORTIONAL, 1, 1),
                        new LossHistory(
                                2.3,
                                2.3,
                                1000,
                                List.of(
                                        new LossHistory.Probe(0, 2.4),
                                        new LossHistory.Probe(200, 0.5),
                                        new LossHistory.Probe(400, 0.5))),
                        Movement.none(),
                        List.of(even),
                        () -> even,
                        spikes,
                        LearningRateTrial.NONE,
                        Map.of());
        assertEquals(Severity.NOTE, only(Judges.judge(low)).severity());
    }

    /** Half-way, with losses on the probe batch at 30% and now; the null loss is 2.3. */
    private static Observations halfWay(
            double before, double now, double moved, OptionalDouble heldOut) {
        SignalPath even = path(hidden(Layer.EVEN));
        return new Observations(
                Progress.during(500, 0),
                subject(OptimizerFamily.PROPORTIONAL, 1, 1),
                new LossHistory(
                        2.3,
                        2.3,
                        1000,
                        List.of(
                                new LossHistory.Probe(0, 2.4),
                                new LossHistory.Probe(300, before),
                                new LossHistory.Probe(500, now)),
                        heldOut),
                new Movement(
                        List.of(new Movement.Travel(0, moved)),
                        0,
                        false,
                        0,
                        OptionalInt.empty(),
                        0,
                        1,
                        0),
                List.of(even),
                () -> even,
                Map.of());
    }

    private static Optional<Verdict> slowness(double before, double now, double moved) {
        return new SlowConvergence().judge(halfWay(before, now, moved, OptionalDouble.empty()));
    }

    private static boolean isFlat(double before, double now, double moved, OptionalDouble heldOut) {
        return new FlatLoss().judge(halfWay(before, now, moved, heldOut)).isPresent();
    }

    @Test
    void callALossFlatThatChanceWouldLowerAsMuch() {
        // As many parameters as targets: chance is worth half a unit of log-likelihood.
        OptionalDouble unknown = OptionalDouble.empty();
        assertTrue(isFlat(2.3, 2.3, 0.5, unknown), "as before");
        assertTrue(isFlat(2.22, 2.21, 3, unknown), "0.09 below the null loss");
        assertFalse(isFlat(2.22, 2.21, 0.5, unknown), "weights that hardly moved yet");
        assertFalse(isFlat(2.24, 2.21, 3, unknown), "it still falls");
        assertFalse(isFlat(1.9, 1.9, 3, unknown), "too low to be called flat");
    }

    @Test
    void believeValidationRowsBeforeChance() {
        assertFalse(isFlat(2.22, 2.21, 3, OptionalDouble.of(0.95)), "it falls there as well");
        assertTrue(isFlat(2.22, 2.21, 3, OptionalDouble.of(0.999)));
        assertTrue(isFlat(1.6, 1.2, 3, OptionalDouble.of(1.02)), "all by heart");
    }

    @Test
    void callALossSlowThatStaysHighAtItsPace() {
        assertEquals("budget", slowness(2.2, 2.0, 5).orElseThrow().cause());
        assertEquals("learning-rate", slowness(2.29, 2.28, 0.1).orElseThrow().cause());
        assertEquals(Optional.empty(), slowness(2.2, 1.5, 5), "it gets there");
        assertEquals(Optional.empty(), slowness(1.5, 1.5, 5), "it came to rest");
        assertEquals(Optional.empty(), slowness(2.3, 2.3, 5), "flat though weights move");
    }
}
