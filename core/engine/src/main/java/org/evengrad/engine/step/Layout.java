package org.evengrad.engine.step;

import java.util.List;
import org.evengrad.engine.network.Network;
import org.evengrad.spi.Tensor;

/** Where each tensor lies in the flat parameters and the flat gradient. */
final class Layout {
    private final List<Tensor> tensors;
    private final int[] offsets;
    private final int[] sizes;
    private final int total;

    Layout(Network network) {
        tensors = List.copyOf(network.tensors());
        offsets = new int[tensors.size()];
        sizes = new int[tensors.size()];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = network.offset(i);
            sizes[i] = tensors.get(i).size();
        }
        total = network.parameters().limit();
    }

    List<Tensor> tensors() {
        return tensors;
    }

    Tensor tensor(int index) {
        return tensors.get(index);
    }

    int count() {
        return tensors.size();
    }

    int offset(int tensor) {
        return offsets[tensor];
    }

    int size(int tensor) {
        return sizes[tensor];
    }

    /** How long the flat arrays are: all tensors, and what lies between them. */
    int total() {
        return total;
    }
}
