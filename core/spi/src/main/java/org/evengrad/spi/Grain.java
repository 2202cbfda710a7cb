package org.evengrad.spi;

/**
 * What the engine never splits when it cuts a tensor into chunks.
 *
 * @since 0.1.0
 */
public enum Grain {
    /** Any piece of a tensor will do: the fastest choice, for rules that look at one element. */
    ELEMENTS,
    /** A chunk holds whole units: all incoming weights of one unit, or of several. */
    UNITS,
    /** A chunk holds a whole tensor. */
    TENSORS
}
