package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.engine.network.BranchSignal;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.network.LayerSignal.Kind;

/**
 * The steps that a signal takes through a network, as far as they can be blamed apart: single
 * layers, a layer together with the normalization behind it, whose product alone counts, and whole
 * residual blocks.
 */
final class Links {
    /** The blamed links carry this share of the logarithm of the total. */
    private static final double BLAMED_SHARE = 0.8;

    /** A link that does at least this share of what a blamed one does is blamed too. */
    private static final double ALIKE_SHARE = 0.5;

    /**
     * Some neighboring layers.
     *
     * @param layers indices into the signals, in order
     * @param logGain the natural logarithm of what they multiply a signal by, without what averages
     *     between them are expected to do
     * @param block the residual block that they are, if they are one
     */
    record Link(List<Integer> layers, double logGain, Optional<BranchSignal> block) {
        /** With one more layer at the end. */
        Link and(int layer, double log) {
            List<Integer> more = new ArrayList<>(layers);
            more.add(layer);
            return new Link(List.copyOf(more), logGain + log, block);
        }
    }

    private final SignalPath path;

    Links(SignalPath path) {
        this.path = path;
    }

    /** All links behind the first layer, front first; nothing is lost behind that one. */
    List<Link> all() {
        Map<String, BranchSignal> blocks = outermostBlocks();
        List<Link> links = new ArrayList<>();
        List<LayerSignal> layers = path.layers();
        for (int i = path.front() + 1; i < layers.size(); i++) {
            BranchSignal block = blocks.get(layers.get(i).layer());
            Link before = links.isEmpty() ? null : links.get(links.size() - 1);
            boolean joins =
                    before != null
                            && (block == null
                                    ? follows(before, i)
                                    : before.block().equals(Optional.of(block)));
            if (joins) {
                links.set(links.size() - 1, before.and(i, path.logUnexpected(i)));
            } else {
                links.add(new Link(List.of(i), path.logUnexpected(i), Optional.ofNullable(block)));
            }
        }
        return links;
    }

    /** The links inside of a block: what its branches do, without what lies between layers. */
    List<Link> inside(Link block) {
        List<Link> links = new ArrayList<>();
        for (int i : block.layers()) {
            double log = path.logActivation(i) + path.logWeights(i);
            Link before = links.isEmpty() ? null : links.get(links.size() - 1);
            if (before != null && follows(before, i)) {
                links.set(links.size() - 1, before.and(i, log));
            } else {
                links.add(new Link(List.of(i), log, Optional.empty()));
            }
        }
        return links;
    }

    /** Whether a layer is the normalization of the layer with weights that a link is. */
    private boolean follows(Link link, int layer) {
        int last = link.layers().get(link.layers().size() - 1);
        return link.block().isEmpty()
                && last == layer - 1
                && path.layers().get(layer).kind() == Kind.NORMALIZATION
                && path.layers().get(last).kind() == Kind.WEIGHTS;
    }

    private Map<String, BranchSignal> outermostBlocks() {
        Map<String, BranchSignal> blocks = new HashMap<>();
        for (BranchSignal block : path.branches()) {
            for (String layer : block.layers()) {
                blocks.merge(layer, block, Links::larger);
            }
        }
        return blocks;
    }

    private static BranchSignal larger(BranchSignal one, BranchSignal other) {
        return one.layers().size() >= other.layers().size() ? one : other;
    }

    /**
     * The smallest set of links that carries most of the change, and those that do about as much as
     * they, in order; empty if nothing changes.
     */
    static List<Link> carrying(List<Link> links) {
        double total = links.stream().mapToDouble(Link::logGain).sum();
        double direction = Math.signum(total);
        List<Link> candidates = new ArrayList<>(links);
        candidates.sort(Comparator.comparingDouble(link -> -link.logGain() * direction));
        List<Link> blamed = new ArrayList<>();
        double carried = 0;
        for (Link link : candidates) {
            if (Math.abs(carried) >= BLAMED_SHARE * Math.abs(total)
                    || link.logGain() * total <= 0) {
                break;
            }
            blamed.add(link);
            carried += link.logGain();
        }
        // Where all do the same, leaving some out would be an accident of rounding.
        double alike = Math.abs(ALIKE_SHARE * carried / Math.max(1, blamed.size()));
        for (Link link : candidates) {
            if (!blamed.contains(link) && alike > 0 && link.logGain() * direction >= alike) {
                blamed.add(link);
            }
        }
        blamed.sort(Comparator.comparingInt(link -> link.layers().get(0)));
        return blamed;
    }
}
