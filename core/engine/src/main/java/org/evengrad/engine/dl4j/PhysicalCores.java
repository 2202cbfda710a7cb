package org.evengrad.engine.dl4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;

/**
 * How many cores can compute at the same time. Two hardware threads of one core share its
 * arithmetic units, so that a second one makes matrix products no faster.
 */
public final class PhysicalCores {
    private static final String ALLOWED = "Cpus_allowed_list:";

    /** The name since Linux 5.3, and the one before it. */
    private static final List<String> SIBLINGS = List.of("core_cpus_list", "thread_siblings_list");

    private PhysicalCores() {}

    /**
     * Those that this process may use: at least 1, and no more than {@link
     * Runtime#availableProcessors()}, which knows the limits of a container.
     */
    public static int count() {
        int available = Runtime.getRuntime().availableProcessors();
        if (System.getProperty("os.name", "").equals("Linux")) {
            return onLinux(Path.of("/"), available);
        }
        try {
            return limited(Loader.totalCores(), available);
        } catch (LinkageError withoutNatives) {
            // Whoever goes on to build a network says so better.
            return available;
        }
    }

    /**
     * The cores under the hardware threads that the process may run on.
     *
     * @param root of the file system that the kernel describes itself in
     * @param available the result where it does not say, and the most in any case
     */
    static int onLinux(Path root, int available) {
        Set<String> cores = new HashSet<>();
        for (int thread : allowed(root.resolve("proc/self/status")).orElse(List.of())) {
            Path topology = root.resolve("sys/devices/system/cpu/cpu" + thread + "/topology");
            Optional<String> core =
                    SIBLINGS.stream()
                            .map(topology::resolve)
                            .flatMap(file -> text(file))
                            .findFirst();
            if (core.isEmpty()) {
                return available;
            }
            cores.add(core.get());
        }
        return limited(cores.size(), available);
    }

    private static int limited(int cores, int available) {
        return cores < 1 ? available : Math.min(cores, available);
    }

    /** The numbers in a list such as {@code 0-3,8}. */
    private static Optional<List<Integer>> allowed(Path status) {
        try {
            return text(status)
                    .flatMap(String::lines)
                    .filter(line -> line.startsWith(ALLOWED))
                    .map(line -> line.substring(ALLOWED.length()).strip().split(","))
                    .map(ranges -> Stream.of(ranges).flatMap(PhysicalCores::numbers).toList())
                    .findFirst();
        } catch (NumberFormatException unknown) {
            return Optional.empty();
        }
    }

    private static Stream<Integer> numbers(String range) {
        int dash = range.indexOf('-');
        int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
        int last = Integer.parseInt(range.substring(dash + 1));
        return IntStream.rangeClosed(first, last).boxed();
    }

    /** What a file says; nothing if it cannot be read. */
    private static Stream<String> text(Path file) {
        try {
            return Stream.of(Files.readString(file).strip());
        } catch (IOException absent) {
            return Stream.empty();
        }
    }
}
