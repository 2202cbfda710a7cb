package org.evengrad.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorTest {
    @TempDir private Path folder;

    @Test
    void readsTheModelAndTheVectorInstructions() throws IOException {
        Path description =
                Files.writeString(
                        folder.resolve("cpuinfo"),
                        """
                        processor\t: 0
                        model name\t: Some Processor: Fast
                        flags\t\t: fpu sse4_2 avx avx2 fma

                        processor\t: 1
                        model name\t: Another
                        """);

        assertEquals(
                new Processor(
                        Optional.of("Some Processor: Fast"),
                        List.of("sse4_2", "avx", "avx2", "fma")),
                Processor.read(description));
    }

    @Test
    void knowsNothingWhereThereIsNoSuchFile() {
        assertEquals(
                new Processor(Optional.empty(), List.of()),
                Processor.read(folder.resolve("nowhere")));
    }
}
