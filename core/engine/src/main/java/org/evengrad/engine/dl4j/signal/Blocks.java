package org.evengrad.engine.dl4j.signal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.evengrad.engine.dl4j.graph.ModelGraph;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;

/**
 * The residual blocks of a graph: two paths that part at one node and are added up at another. The
 * one with more layers with weights is the branch, the other one leads around.
 */
final class Blocks {
    private Blocks() {}

    /**
     * One block.
     *
     * @param sum the node that adds
     * @param fork the node where the paths part
     * @param branch the nodes of the branch
     * @param inside all nodes between the two, in order
     * @param branchInput which input of the sum the branch comes to
     */
    record Block(int sum, int fork, Set<Integer> branch, List<Integer> inside, int branchInput) {
        /** Whether a node that reads from the fork belongs to the block. */
        boolean reads(int node) {
            return node == sum || inside.contains(node);
        }

        /** Whether it belongs to the branch. */
        boolean reads(int node, int input) {
            return node == sum ? input == branchInput : branch.contains(node);
        }
    }

    static List<Block> of(ModelGraph graph) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = graph.nodes().get(i);
            if (node.adds() && node.inputs().size() == 2) {
                add(graph, i, blocks);
            }
        }
        return blocks;
    }

    private static void add(ModelGraph graph, int sum, List<Block> blocks) {
        List<Integer> ends = graph.nodes().get(sum).inputs();
        Set<Integer> others = new HashSet<>(firstPath(graph, ends.get(1)));
        int fork =
                firstPath(graph, ends.get(0)).stream()
                        .filter(others::contains)
                        .findFirst()
                        .orElse(-1);
        if (fork < 0) {
            return;
        }
        Set<Integer> one = between(graph, ends.get(0), fork);
        Set<Integer> other = between(graph, ends.get(1), fork);
        long weightsOfOne = weights(graph, one);
        long weightsOfOther = weights(graph, other);
        if (weightsOfOne + weightsOfOther == 0) {
            return;
        }
        boolean first = weightsOfOne >= weightsOfOther;
        Set<Integer> inside = new HashSet<>(one);
        inside.addAll(other);
        blocks.add(
                new Block(
                        sum,
                        fork,
                        first ? one : other,
                        inside.stream().sorted().toList(),
                        first ? 0 : 1));
    }

    /** From a node back to the input, along the first input of each. */
    private static List<Integer> firstPath(ModelGraph graph, int from) {
        List<Integer> path = new ArrayList<>(List.of(from));
        for (int at = from; !graph.nodes().get(at).inputs().isEmpty(); ) {
            at = graph.nodes().get(at).inputs().get(0);
            path.add(at);
        }
        return path;
    }

    /** All that lies on any way from a fork to a node, with the node. */
    private static Set<Integer> between(ModelGraph graph, int node, int fork) {
        Set<Integer> found = new HashSet<>();
        Deque<Integer> open = new ArrayDeque<>(List.of(node));
        while (!open.isEmpty()) {
            int at = open.pop();
            // What feeds a node comes before it.
            if (at > fork && found.add(at)) {
                open.addAll(graph.nodes().get(at).inputs());
            }
        }
        return found;
    }

    private static long weights(ModelGraph graph, Set<Integer> nodes) {
        return nodes.stream().filter(node -> graph.nodes().get(node).hasWeights()).count();
    }
}
