package org.evengrad.engine.dl4j.imports;

/**
 * Something that a layer has and DL4J does by itself in a forward pass, or after each update.
 *
 * @param layer the name of the layer or vertex
 * @param what it is, in DL4J's words
 */
public record LayerNote(String layer, String what) {
    @Override
    public String toString() {
        return layer + ": " + what;
    }
}
