package org.evengrad.benchmarks.race;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process holds.
 *
 * @param heapBytes objects in use after a collection
 * @param residentBytes all memory of the process, native too; 0 where the system does not say
 */
record Memory(long heapBytes, long residentBytes) {
    private static final Path LINUX = Path.of("/proc/self/status");

    /** That of this process, after a collection. */
    static Memory used() {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new Memory(heap, resident());
    }

    private static long resident() {
        if (!Files.isReadable(LINUX)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(LINUX)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D+", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException unreadable) {
            return 0;
        }
    }

    /** From an answer. */
    static Memory parse(String answer) {
        String[] words = answer.split(" ");
        return new Memory(Long.parseLong(words[1]), Long.parseLong(words[2]));
    }

    /** As an answer. */
    @Override
    public String toString() {
        return "memory " + heapBytes + " " + residentBytes;
    }
}
