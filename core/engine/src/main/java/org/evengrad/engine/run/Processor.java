package org.evengrad.engine.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the operating system says about the processor. Linux says it in a file; elsewhere nothing is
 * known without help.
 *
 * @param model its name
 * @param features the instruction sets that matrix products choose by
 */
record Processor(Optional<String> model, List<String> features) {
    /** Where Linux describes the processor. */
    static final Path LINUX = Path.of("/proc/cpuinfo");

    private static final List<String> VECTORS =
            List.of("sse4_2", "avx", "avx2", "fma", "avx512f", "avx512_bf16", "asimd", "sve");

    static Processor read(Path description) {
        if (!Files.isReadable(description)) {
            return new Processor(Optional.empty(), List.of());
        }
        try (Stream<String> lines = Files.lines(description)) {
            List<String[]> pairs =
                    lines.map(line -> line.split("\\s*:\\s*", 2))
                            .filter(pair -> pair.length == 2)
                            .toList();
            List<String> flags =
                    value(pairs, "flags")
                            .or(() -> value(pairs, "Features"))
                            .map(words -> Arrays.asList(words.split("\\s+")))
                            .orElse(List.of());
            return new Processor(
                    value(pairs, "model name"), VECTORS.stream().filter(flags::contains).toList());
        } catch (IOException unreadable) {
            return new Processor(Optional.empty(), List.of());
        }
    }

    private static Optional<String> value(List<String[]> pairs, String key) {
        return pairs.stream()
                .filter(pair -> pair[0].strip().equals(key))
                .map(pair -> pair[1].strip())
                .findFirst();
    }
}
