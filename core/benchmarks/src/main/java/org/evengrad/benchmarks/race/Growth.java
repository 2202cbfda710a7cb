package org.evengrad.benchmarks.race;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.evengrad.benchmarks.Host;
import org.evengrad.benchmarks.PerformancePage;
import org.evengrad.benchmarks.race.GrowthPoint.Sweep;

/** Measures Evengrad's step and memory against depth, width, batch and parameters. */
public final class Growth {
    private static final String PICTURE = "growth.svg";
    private static final double WARM_UP_SECONDS = 2;
    private static final double TURN_SECONDS = 0.2;
    private static final int TURNS = 7;

    private Growth() {}

    /**
     * Measures all sweeps and writes the table and the plot; or some, and prints the table.
     *
     * @param arguments the folder of the documents, and a folder for the runs
     */
    public static void main(String[] arguments) throws IOException {
        Path docs = Path.of(arguments[0]);
        Path folder = Path.of(arguments[1]).toAbsolutePath().normalize().resolve("growth");
        Files.createDirectories(folder);
        String only = System.getProperty("race.sweeps", "").strip();
        int threads = Host.cores();
        List<GrowthPoint> measured = new ArrayList<>();
        for (GrowthPoint point : points()) {
            String sweep = point.sweep().title();
            if (only.isEmpty() || Arrays.asList(only.split("[ ,]+")).contains(sweep)) {
                System.out.printf(Locale.ROOT, "%s %.0f%n", sweep, point.value());
                measured.add(measure(point, folder, threads));
            }
        }
        GrowthTables tables = GrowthTables.of(measured);
        String text =
                Host.description()
                        + " "
                        + threads
                        + (threads == 1 ? " thread" : " threads")
                        + ".\n\n"
                        + "![Step time, cost of a parameter, and memory against size](images/"
                        + PICTURE
                        + ")\n\n"
                        + tables.table();
        if (only.isEmpty()) {
            Files.writeString(docs.resolve("images").resolve(PICTURE), Plot.of(measured));
            Path page = docs.resolve("performance.md");
            Files.writeString(
                    page, PerformancePage.replace(Files.readString(page), "growth", text));
        }
        System.out.println(text);
        tables.cliffs().forEach(cliff -> System.out.println("cliff: " + cliff));
    }

    /** All sizes, each sweep from small to large. */
    static List<GrowthPoint> points() {
        List<GrowthPoint> points = new ArrayList<>();
        for (int depth : new int[] {10, 30, 100, 300, 1000}) {
            points.add(GrowthPoint.of(Sweep.DEPTH, depth, 64, 64));
        }
        for (int width : new int[] {16, 32, 64, 128, 256, 512, 1024, 2048, 4096}) {
            points.add(GrowthPoint.of(Sweep.WIDTH, 4, width, 64));
        }
        for (int batch : new int[] {1, 4, 16, 64, 256, 1024, 4096}) {
            points.add(GrowthPoint.of(Sweep.BATCH, 4, 256, batch));
        }
        for (int width : new int[] {56, 108, 206, 370, 690, 1208, 2218, 3855, 7055}) {
            points.add(GrowthPoint.of(Sweep.PARAMETERS, 3, width, 64));
        }
        return points;
    }

    /** In a process of its own, so that memory is that of this network. */
    private static GrowthPoint measure(GrowthPoint point, Path folder, int threads)
            throws IOException {
        Path config = folder.resolve("growth.conf");
        Files.writeString(config, point.config(threads));
        Path run = folder.resolve("run");
        Folders.delete(run);
        List<String> command =
                JavaProcess.command(
                        EvengradContestant.class.getName(),
                        List.of(),
                        config.toString(),
                        run.toString());
        try (Contestant contestant =
                new Contestant("evengrad", command, Map.of(), folder.resolve("growth.log"))) {
            long steps = 2;
            long end = System.nanoTime() + (long) (1e9 * WARM_UP_SECONDS);
            do {
                long nanos = Math.max(1, contestant.run(steps).nanos());
                double fitting = steps * 1e9 * TURN_SECONDS / nanos;
                steps = Math.max(1, Math.round(Math.min(fitting, 4.0 * steps)));
            } while (System.nanoTime() < end);
            double[] nanosPerStep = new double[TURNS];
            for (int turn = 0; turn < TURNS; turn++) {
                nanosPerStep[turn] = (double) contestant.run(steps).nanos() / steps;
            }
            return point.measured(
                    Spread.of(TURNS, turn -> nanosPerStep[turn]).median(), contestant.memory());
        }
    }
}
