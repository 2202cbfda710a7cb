package org.evengrad.engine.dl4j.translation;

/** A layer, or an option of it, that no fast layer has. */
final class NotCoveredException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Says what it is.
     *
     * @param what a few words that follow the name of the layer, as "weight noise"
     */
    NotCoveredException(String what) {
        super(what);
    }
}
