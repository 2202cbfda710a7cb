package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.evengrad.diagnosis.Links.Link;
import org.evengrad.engine.network.LayerSignal;

/** Whose doing it is that a signal shrinks or grows on its way back: which layers, and why. */
final class Blame {
    /** The activations' slopes are small, as those of all sigmoids are. */
    static final String ACTIVATION_SLOPE = "activation-slope";

    /** The activations are driven to where they are flat. */
    static final String SATURATION = "saturation";

    /** The activations let too little or too much through. */
    static final String ACTIVATION = "activation";

    /** The weights are too small or too large. */
    static final String WEIGHTS = "weights";

    /** Activations and weights about alike. */
    static final String ACTIVATION_AND_WEIGHTS = "activation-and-weights";

    /** What lies between layers: pooling, paths around. */
    static final String STRUCTURE = "structure";

    /** Branches add to what goes around them, block after block. */
    static final String RESIDUAL_BRANCHES = "residual-branches";

    /** Layers of few units, by whose chance the signal is lost. */
    static final String TOO_NARROW = "too-narrow";

    /** A part with this share of what the blamed layers do is the cause. */
    private static final double CAUSE_SHARE = 0.6;

    /** A largest slope below this makes decay certain: a sigmoid's is a quarter. */
    private static final double SMALL_SLOPE = 0.5;

    /** If so many pairs of unit and example are without slope, that is what takes the signal. */
    private static final double SATURATED_SHARE = 0.5;

    /** Above this sum of 1/width chance alone may lose the signal. */
    static final double NARROW = 0.5;

    /**
     * The median of ln D at widths n is about -5/4 times the sum of 1/n: half of the variance that
     * arXiv 1812.05994 gives, as for a log-normal number of mean 1.
     */
    private static final double LOG_PER_INVERSE_WIDTH = 1.25;

    /** By how much luck may be worse than that. */
    private static final double BAD_LUCK = 2;

    private final SignalPath path;
    private final List<Integer> layers;
    private final boolean blocks;

    private Blame(SignalPath path, List<Integer> layers, boolean blocks) {
        this.path = path;
        this.layers = layers;
        this.blocks = blocks;
    }

    static Blame of(SignalPath path) {
        Links links = new Links(path);
        List<Link> all = links.all();
        List<Link> blamed = Links.carrying(all);
        double direction = Math.signum(all.stream().mapToDouble(Link::logGain).sum());
        List<Integer> layers = new ArrayList<>();
        double byBlocks = 0;
        double byAll = 0;
        for (Link link : blamed) {
            byAll += link.logGain();
            if (link.block().isPresent()) {
                byBlocks += link.logGain();
                layers.addAll(insideOf(links, link, direction));
            } else {
                layers.addAll(link.layers());
            }
        }
        boolean blocks = direction > 0 && byBlocks >= CAUSE_SHARE * byAll && byAll > 0;
        return new Blame(path, List.copyOf(layers), blocks);
    }

    /** The layers of a branch that do what the block does; all if the paths' sum alone does it. */
    private static List<Integer> insideOf(Links links, Link block, double direction) {
        List<Link> inside = links.inside(block);
        double total = inside.stream().mapToDouble(Link::logGain).sum();
        return total * direction > 0
                ? Links.carrying(inside).stream().flatMap(l -> l.layers().stream()).toList()
                : block.layers();
    }

    /** Indices into the signals, in order. */
    List<Integer> layers() {
        return layers;
    }

    boolean isEmpty() {
        return layers.isEmpty();
    }

    /** The blamed layers' names. */
    List<String> names() {
        return path.names(layers);
    }

    /** The cause's name. */
    String cause() {
        if (isNarrowness()) {
            return TOO_NARROW;
        }
        if (blocks) {
            return RESIDUAL_BRANCHES;
        }
        double activation = share(path::logActivation);
        if (activation >= CAUSE_SHARE) {
            if (mean(LayerSignal::saturatedShare) >= SATURATED_SHARE) {
                return SATURATION;
            }
            return mean(LayerSignal::slopePeak) <= SMALL_SLOPE ? ACTIVATION_SLOPE : ACTIVATION;
        }
        if (share(i -> path.logStructure(i) - path.logExpected(i)) >= CAUSE_SHARE) {
            return STRUCTURE;
        }
        return share(path::logWeights) >= CAUSE_SHARE ? WEIGHTS : ACTIVATION_AND_WEIGHTS;
    }

    /** Whether chance in narrow layers accounts for what is lost. */
    private boolean isNarrowness() {
        double inverse = path.sumOfInverseWidths();
        double log = path.logTotal();
        return inverse > NARROW
                && log < 0
                && (-log <= BAD_LUCK * LOG_PER_INVERSE_WIDTH * inverse
                        || log == Double.NEGATIVE_INFINITY);
    }

    private double share(IntToDoubleFunction part) {
        double all = layers.stream().mapToDouble(path::logUnexpected).sum();
        return all == 0 ? 0 : layers.stream().mapToDouble(part::applyAsDouble).sum() / all;
    }

    private double mean(java.util.function.ToDoubleFunction<LayerSignal> of) {
        return layers.stream().map(path.layers()::get).mapToDouble(of).average().orElse(0);
    }

    /** In words: where, by how much, and by whose doing. */
    String why() {
        boolean one = layers.size() == 1;
        String where =
                path.spoken(layers)
                        + (one ? " multiplies" : " each multiply")
                        + " the signal by "
                        + Phrases.number(factor(path::logGain))
                        + (one ? ": " : " on average: ")
                        + Phrases.number(factor(path::logActivation))
                        + " by the activation's slope, "
                        + Phrases.number(factor(path::logWeights))
                        + " by the weights"
                        + structure();
        double inverse = path.sumOfInverseWidths();
        return where
                + (blocks ? "; branches add to what goes around them" : "")
                + (inverse > NARROW && path.logTotal() < 0
                        ? "; the layers are narrow for this depth: the sum of 1/width is "
                                + Phrases.number(inverse)
                                + Phrases.beside(NARROW)
                        : "");
    }

    private String structure() {
        double factor = factor(path::logStructure);
        return Math.abs(Math.log(factor)) < 0.01
                ? ""
                : ", " + Phrases.number(factor) + " by what lies between";
    }

    private double factor(IntToDoubleFunction part) {
        double sum = layers.stream().mapToDouble(part::applyAsDouble).sum();
        return Math.exp(sum / Math.max(1, layers.size()));
    }

    /** Whether the layers are too narrow for the depth, whatever else is the matter. */
    boolean narrow() {
        return path.sumOfInverseWidths() > NARROW;
    }
}
