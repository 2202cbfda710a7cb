package org.evengrad.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.stream.Stream;

/** The machine that measures. */
public final class Host {
    private static final Path LINUX_PROCESSOR = Path.of("/proc/cpuinfo");
    private static final Path LINUX_CORES = Path.of("/sys/devices/system/cpu");

    private Host() {}

    /** A sentence about the machine and the day. */
    public static String description() throws IOException {
        return "Measured on "
                + LocalDate.now()
                + " on "
                + processor()
                + " with "
                + cores()
                + " cores, "
                + System.getProperty("os.name")
                + ", "
                + System.getProperty("java.vm.name")
                + " "
                + Runtime.version()
                + ".";
    }

    /** The processor's name, as far as the system says it. */
    private static String processor() throws IOException {
        String architecture = System.getProperty("os.arch");
        if (!Files.isReadable(LINUX_PROCESSOR)) {
            return architecture;
        }
        try (Stream<String> lines = Files.lines(LINUX_PROCESSOR)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(architecture);
        }
    }

    /**
     * Physical cores that this process may use; where the system does not tell them from hardware
     * threads, those.
     */
    public static int cores() throws IOException {
        int usable = Runtime.getRuntime().availableProcessors();
        if (!Files.isDirectory(LINUX_CORES)) {
            return usable;
        }
        try (Stream<Path> processors = Files.list(LINUX_CORES)) {
            long different =
                    processors
                            .map(each -> each.resolve("topology/thread_siblings_list"))
                            .filter(Files::isReadable)
                            .map(Host::text)
                            .distinct()
                            .count();
            return different == 0 ? usable : (int) Math.min(different, usable);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            return file.toString();
        }
    }
}
