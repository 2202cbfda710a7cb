package org.evengrad.engine.executor.layers;

import org.evengrad.engine.executor.Floats;

/**
 * How filters lie for the products of a convolution: {@code [down][filters][channels][across]},
 * where the network has {@code [filters][channels][down][across]}.
 *
 * @param filters how many there are
 * @param channels that a filter reads
 * @param down taps along the height, each of which has a product; 1 if one product has them all
 * @param across taps along the width, or all of them
 */
record FilterLayout(int filters, int channels, int down, int across) {
    /** Weights of a filter. */
    int size() {
        return channels * down * across;
    }

    /** Where the filters of a product begin. */
    int start(int product) {
        return product * filters * channels * across;
    }

    /** Reads one filter as it lies for the products. */
    void read(Floats from, int filter, float[] packed) {
        int size = channels * across;
        for (int tap = 0; tap < down; tap++) {
            from.buffer().get(start(tap) + filter * size, packed, tap * size, size);
        }
    }

    /** Writes one filter as it lies for the products. */
    void write(Floats to, int filter, float[] packed) {
        int size = channels * across;
        for (int tap = 0; tap < down; tap++) {
            to.buffer().put(start(tap) + filter * size, packed, tap * size, size);
        }
    }

    /** Lays out the weights of a filter for the products. */
    void pack(float[] weights, float[] packed) {
        for (int tap = 0; tap < down; tap++) {
            for (int channel = 0; channel < channels; channel++) {
                for (int i = 0; i < across; i++) {
                    packed[(tap * channels + channel) * across + i] =
                            weights[(channel * down + tap) * across + i];
                }
            }
        }
    }

    /** The way back. */
    void unpack(float[] packed, float[] weights) {
        for (int tap = 0; tap < down; tap++) {
            for (int channel = 0; channel < channels; channel++) {
                for (int i = 0; i < across; i++) {
                    weights[(channel * down + tap) * across + i] =
                            packed[(tap * channels + channel) * across + i];
                }
            }
        }
    }
}
