package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void alignsColumnsAndLeavesNoBlanksAtTheEnd() {
        TextTable table = new TextTable(0);
        table.row("adam", "0.001", "means of gradient and square");
        table.row("sgd", "", "plain");
        table.row("momentum", "0.01", "");

        assertEquals(
                List.of(
                        "  adam      0.001  means of gradient and square",
                        "  sgd              plain",
                        "  momentum  0.01"),
                table.lines());
    }

    @Test
    void wrapsTheLastColumnToTheTerminal() {
        TextTable table = new TextTable(40);
        table.row("adam", "a step size of its own for each parameter");

        assertEquals(
                List.of("  adam  a step size of its own for each", "        parameter"),
                table.lines());
        assertTrue(table.lines().stream().allMatch(line -> line.length() <= 40));
    }

    @Test
    void doesNotWrapWhereTooLittleRoomIsLeft() {
        TextTable table = new TextTable(40);
        table.row("a-very-long-name-of-a-strategy", "what it does");

        assertEquals(1, table.lines().size());
    }

    @Test
    void withoutRowsThereAreNoLines() {
        assertEquals(List.of(), new TextTable(80).lines());
    }
}
