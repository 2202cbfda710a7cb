package org.evengrad.benchmarks.race;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How much of the processors' time the host gave to others while somebody here wanted it, as Linux
 * tells on a virtual machine. Threads that wait for one another lose most by it.
 *
 * @param ticks of all kinds, of all processors, so far
 * @param stolen those that others got
 */
record StolenTime(long ticks, long stolen) {
    private static final Path STATISTICS = Path.of("/proc/stat");

    /** Where in the first line the number of stolen ticks stands. */
    private static final int STOLEN = 7;

    private static final StolenTime UNKNOWN = new StolenTime(0, 0);

    /** So far; where nobody tells, nothing is stolen. */
    static StolenTime now() throws IOException {
        if (!Files.isReadable(STATISTICS)) {
            return UNKNOWN;
        }
        try (var lines = Files.lines(STATISTICS)) {
            return lines.findFirst().map(StolenTime::parse).orElse(UNKNOWN);
        }
    }

    /** From the line of all processors. */
    static StolenTime parse(String line) {
        // What guests of this machine used is part of what users did.
        long[] ticks =
                Arrays.stream(line.strip().split("\\s+"))
                        .skip(1)
                        .limit(STOLEN + 1)
                        .mapToLong(Long::parseLong)
                        .toArray();
        return ticks.length <= STOLEN
                ? UNKNOWN
                : new StolenTime(Arrays.stream(ticks).sum(), ticks[STOLEN]);
    }

    /** The share that was stolen from here to there. */
    double shareUntil(StolenTime later) {
        return (double) (later.stolen - stolen) / Math.max(1, later.ticks - ticks);
    }
}
