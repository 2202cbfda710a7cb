package org.evengrad.engine.step;

import java.util.List;
import org.evengrad.spi.Tensor;

/** Where each tensor lies in the flat parameters and the flat gradient. */
final class Layout {
    private final List<Tensor> tensors;
    private final int[] offsets;

    Layout(List<Tensor> tensors) {
        this.tensors = List.copyOf(tensors);
        offsets = new int[tensors.size() + 1];
        for (int i = 0; i < tensors.size(); i++) {
            offsets[i + 1] = Math.addExact(offsets[i], tensors.get(i).size());
        }
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
        return offsets[tensor + 1] - offsets[tensor];
    }

    /** The number of all parameters. */
    int total() {
        return offsets[tensors.size()];
    }
}
