package org.evengrad.benchmarks.race;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.evengrad.benchmarks.Host;
import org.evengrad.benchmarks.PerformancePage;

/** Races all models and writes the tables. */
public final class Race {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Race() {}

    /**
     * Races. The tables go to the page if all models ran for long enough; else they are printed
     * alone.
     *
     * @param arguments the page, and a folder for {@code race.json} and what contestants write
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1]).toAbsolutePath().normalize();
        RaceOptions options = RaceOptions.ofProperties(Host.cores());
        Lineup lineup = new Lineup(options, folder.resolve("race"));
        List<HeatResult> results = new ArrayList<>();
        for (RaceModel model : options.models()) {
            System.out.println(model.title());
            List<Contestant> contestants = lineup.start(model);
            try {
                results.add(Heat.run(model, options, contestants));
            } finally {
                contestants.forEach(Contestant::close);
                lineup.clear();
            }
            // After each, so that a race that is stopped leaves what it has.
            JSON.writerWithDefaultPrettyPrinter()
                    .writeValue(folder.resolve("race.json").toFile(), json(options, results));
        }
        RaceTables tables = RaceTables.of(results);
        String text =
                Host.description()
                        + " "
                        + options.threads()
                        + (options.threads() == 1 ? " thread, " : " threads, ")
                        + options.rounds()
                        + " rounds. "
                        + disturbed(results)
                        + "\n\n"
                        + tables.text();
        if (options.isWhole()) {
            Path page = Path.of(arguments[0]);
            Files.writeString(page, PerformancePage.replace(Files.readString(page), "race", text));
        }
        System.out.println(text);
        tables.misses().forEach(miss -> System.out.println("missed: " + miss));
    }

    private static String disturbed(List<HeatResult> results) {
        int turns = 0;
        int disturbed = 0;
        for (HeatResult result : results) {
            turns += result.nanosPerStep().values().stream().mapToInt(each -> each.length).sum();
            disturbed += result.disturbed();
        }
        return String.format(
                Locale.ROOT,
                "%d of %d turns lost more than %.0f%% of the processors' time to other guests of"
                        + " the host, however often they were repeated.",
                disturbed,
                turns,
                100 * Heat.MOST_STOLEN);
    }

    private static Map<String, Object> json(RaceOptions options, List<HeatResult> results)
            throws IOException {
        Map<String, Object> models = new LinkedHashMap<>();
        for (HeatResult result : results) {
            Map<String, Object> model = new LinkedHashMap<>();
            model.put("stepFlops", result.model().stepFlops());
            model.put("sgemmFlops", result.sgemmFlops());
            model.put("nanosPerStep", result.nanosPerStep());
            model.put("coresBusy", result.coresBusy());
            model.put("coresBusyWhileWaiting", result.busyWaiting());
            model.put("disturbedTurns", result.disturbed());
            model.put("phaseShares", result.phaseShares());
            models.put(result.model().key(), model);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("host", Host.description());
        json.put("threads", options.threads());
        json.put("rounds", options.rounds());
        json.put("models", models);
        return json;
    }
}
