package org.evengrad.spi;

/**
 * Which number of connections an initializer scales by.
 *
 * @since 0.1.0
 */
public enum Fan {
    /** The inputs of a unit: keeps the forward signal level. */
    FAN_IN,
    /** The units that an input feeds: keeps the backward signal level. */
    FAN_OUT,
    /** The mean of both. */
    AVERAGE;

    /** The number for a tensor. */
    public double of(Tensor tensor) {
        return switch (this) {
            case FAN_IN -> tensor.fanIn();
            case FAN_OUT -> tensor.fanOut();
            case AVERAGE -> (tensor.fanIn() + (double) tensor.fanOut()) / 2;
        };
    }
}
