package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.evengrad.engine.network.BranchSignal;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.network.Signals;
import org.evengrad.engine.network.TimeSignal;

/**
 * The signals of one network under several initializations. Gains are spread over orders of
 * magnitude, and their means lie: so medians of logarithms are taken, and of those initializations
 * only in which anything arrives (Hanin, <a href="https://arxiv.org/abs/1812.05994">Products of
 * Many Large Random Matrices</a>, 2018).
 */
final class SignalPaths {
    private final List<SignalPath> paths;

    SignalPaths(List<SignalPath> paths) {
        this.paths = List.copyOf(paths);
    }

    int count() {
        return paths.size();
    }

    /** The share of initializations in which nothing arrives at the first layer. */
    double zeroShare() {
        return (double) paths.stream().filter(path -> !path.arrives()).count() / count();
    }

    /** D, of those in which anything arrives. */
    Quartiles total() {
        double[] logs =
                paths.stream()
                        .filter(SignalPath::arrives)
                        .mapToDouble(SignalPath::logTotal)
                        .toArray();
        return map(Quartiles.of(logs), Math::exp);
    }

    /** In how many of them D lies below a limit. */
    int below(double limit) {
        return (int) paths.stream().filter(path -> path.total() < limit).count();
    }

    /** In how many of them D lies above a limit. */
    int above(double limit) {
        return (int) paths.stream().filter(path -> path.total() > limit).count();
    }

    /** The quartiles of what a layer has in each initialization. */
    Quartiles of(int layer, ToDoubleFunction<LayerSignal> what) {
        return Quartiles.of(
                paths.stream()
                        .mapToDouble(path -> what.applyAsDouble(path.layers().get(layer)))
                        .toArray());
    }

    /**
     * The quartiles of a gain, of those initializations in which something arrives at the layer.
     */
    Quartiles gain(int layer, ToDoubleFunction<LayerSignal> gain) {
        return map(of(layer, signal -> Math.log(gain.applyAsDouble(signal))), Math::exp);
    }

    /** The share of initializations in which something is so in a layer. */
    double share(int layer, java.util.function.Predicate<LayerSignal> is) {
        long count = paths.stream().filter(path -> is.test(path.layers().get(layer))).count();
        return (double) count / count();
    }

    /** A path with the median of everything; that of nothing if nothing arrives in most. */
    SignalPath typical() {
        boolean arrives = zeroShare() <= 0.5;
        List<SignalPath> alike = paths.stream().filter(path -> path.arrives() == arrives).toList();
        SignalPaths these = new SignalPaths(alike);
        SignalPath one = alike.get(0);
        List<LayerSignal> layers = new ArrayList<>();
        for (int i = 0; i < one.layers().size(); i++) {
            layers.add(these.typicalLayer(i));
        }
        List<BranchSignal> branches = new ArrayList<>();
        for (int b = 0; b < one.branches().size(); b++) {
            branches.add(these.typicalBranch(b));
        }
        List<TimeSignal> alongTime = new ArrayList<>();
        for (int t = 0; t < one.alongTime().size(); t++) {
            alongTime.add(these.typicalTime(t));
        }
        return new SignalPath(new Signals(layers, branches, alongTime));
    }

    private LayerSignal typicalLayer(int i) {
        LayerSignal any = paths.get(0).layers().get(i);
        return new LayerSignal(
                any.layer(),
                of(i, LayerSignal::logDelta).median(),
                gain(i, LayerSignal::activationGain).median(),
                gain(i, LayerSignal::weightGain).median(),
                gain(i, LayerSignal::structureGain).median(),
                gain(i, LayerSignal::expectedStructureGain).median(),
                of(i, LayerSignal::preActivationVariance).median(),
                of(i, LayerSignal::forwardVariance).median(),
                of(i, LayerSignal::largestOutput).median(),
                any.width(),
                any.kind(),
                of(i, LayerSignal::deadShare).median(),
                of(i, LayerSignal::saturatedShare).median(),
                any.slopePeak());
    }

    private BranchSignal typicalBranch(int b) {
        BranchSignal any = paths.get(0).branches().get(b);
        return new BranchSignal(
                any.block(),
                any.layers(),
                ofBranch(b, BranchSignal::gain),
                ofBranch(b, BranchSignal::branchRatio));
    }

    private double ofBranch(int b, ToDoubleFunction<BranchSignal> what) {
        return Quartiles.of(
                        paths.stream()
                                .mapToDouble(path -> what.applyAsDouble(path.branches().get(b)))
                                .toArray())
                .median();
    }

    private TimeSignal typicalTime(int t) {
        TimeSignal any = paths.get(0).alongTime().get(t);
        List<Double> logGain = new ArrayList<>();
        for (int lag = 0; lag < any.logGain().size(); lag++) {
            int at = lag;
            logGain.add(ofTime(t, time -> time.logGain().get(at)));
        }
        return new TimeSignal(
                any.layer(),
                logGain,
                ofTime(t, TimeSignal::carriedGain),
                ofTime(t, TimeSignal::remainingGain),
                any.gated());
    }

    private double ofTime(int t, ToDoubleFunction<TimeSignal> what) {
        return Quartiles.of(
                        paths.stream()
                                .mapToDouble(path -> what.applyAsDouble(path.alongTime().get(t)))
                                .toArray())
                .median();
    }

    private static Quartiles map(Quartiles of, DoubleUnaryOperator function) {
        return new Quartiles(
                function.applyAsDouble(of.lower()),
                function.applyAsDouble(of.median()),
                function.applyAsDouble(of.upper()));
    }
}
