package org.evengrad.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RoleTest {
    @Test
    void letsEverythingDecayButBiasesAndNormalization() {
        List<Role> spared = Arrays.stream(Role.values()).filter(role -> !role.decays()).toList();

        assertEquals(List.of(Role.BIAS, Role.NORM), spared);
    }
}
