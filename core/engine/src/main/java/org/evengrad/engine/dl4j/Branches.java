package org.evengrad.engine.dl4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.evengrad.engine.dl4j.graph.ModelGraph;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;

/**
 * Finds the residual branches of a graph: where two paths are added up that part at one layer, the
 * one with more layers with weights is the branch.
 */
final class Branches {
    /** Outside any branch. */
    private static final Branch NONE = new Branch(0, 0, false);

    private final Map<Node, Branch> branches = new HashMap<>();
    private int count;

    /**
     * Where a layer stands in a branch.
     *
     * @param number from 1; 0 outside
     * @param layers how many layers with weights the branch has; 0 outside
     * @param isEnd whether it is the last of them
     */
    record Branch(int number, int layers, boolean isEnd) {}

    Branches(ModelGraph graph) {
        for (Node node : graph.nodes()) {
            if (node.adds() && node.inputs().size() == 2) {
                mark(graph, node);
            }
        }
    }

    private void mark(ModelGraph graph, Node sum) {
        List<Integer> left = path(graph, sum.inputs().get(0));
        List<Integer> right = path(graph, sum.inputs().get(1));
        List<Node> one = own(graph, left, right);
        List<Node> other = own(graph, right, left);
        List<Node> branch = one.size() >= other.size() ? one : other;
        if (branch.isEmpty()) {
            return;
        }
        count++;
        for (int i = 0; i < branch.size(); i++) {
            // The list runs from the sum back to the input. Outer sums come later and stay outside.
            branches.putIfAbsent(branch.get(i), new Branch(count, branch.size(), i == 0));
        }
    }

    /** From a node back to the input, along the first input of each. */
    private static List<Integer> path(ModelGraph graph, int from) {
        List<Integer> path = new ArrayList<>(List.of(from));
        while (!graph.nodes().get(path.get(path.size() - 1)).inputs().isEmpty()) {
            path.add(graph.nodes().get(path.get(path.size() - 1)).inputs().get(0));
        }
        return path;
    }

    /** The nodes with weights that lie on one path alone. */
    private static List<Node> own(ModelGraph graph, List<Integer> path, List<Integer> other) {
        Set<Integer> shared = new HashSet<>(other);
        return path.stream()
                .takeWhile(index -> !shared.contains(index))
                .map(graph.nodes()::get)
                .filter(Node::hasWeights)
                .toList();
    }

    Branch of(Node node) {
        return branches.getOrDefault(node, NONE);
    }

    int count() {
        return count;
    }
}
