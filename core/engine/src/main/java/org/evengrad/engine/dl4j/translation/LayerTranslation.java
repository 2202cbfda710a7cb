package org.evengrad.engine.dl4j.translation;

import org.evengrad.engine.dl4j.graph.ModelGraph.Node;

/** Finds fast layers for some kinds of DL4J's layers. */
interface LayerTranslation {
    /**
     * Appends fast layers that do what a node does, and gives what they compute.
     *
     * @param node a layer or a vertex
     * @param translation so far; all that the node reads is in it
     * @return false if the node is of another kind
     * @throws NotCoveredException if an option of the node is not covered
     */
    boolean translate(Node node, Translation translation) throws NotCoveredException;
}
