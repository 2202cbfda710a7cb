package org.evengrad.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TensorTest {
    @Test
    void hasTheProductOfItsShapeAsItsSize() {
        assertEquals(24, tensor(List.of(2, 3, 4)).size());
        assertEquals(7, tensor(List.of(7)).size());
    }

    @Test
    void refusesASizeThatNoArrayCanHave() {
        Tensor tensor = tensor(List.of(1 << 16, 1 << 16));

        assertThrows(ArithmeticException.class, tensor::size);
    }

    @Test
    void keepsACopyOfTheShape() {
        List<Integer> shape = new ArrayList<>(List.of(2, 3));
        Tensor tensor = tensor(shape);
        shape.set(0, 5);

        assertEquals(List.of(2, 3), tensor.shape());
    }

    private static Tensor tensor(List<Integer> shape) {
        return new Tensor(
                "dense-1.W", 0, 0, 1, Role.WEIGHT, shape, shape.get(0), 3, 2, 0, 0, 0, 1, 1);
    }
}
