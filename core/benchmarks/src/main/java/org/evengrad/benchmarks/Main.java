package org.evengrad.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Measures what is installed and writes the tables. */
public final class Main {
    private Main() {}

    /**
     * Measures all strategies and replaces the tables of a page; or measures some, and prints them.
     *
     * @param arguments the page, and the names of strategies if not all are to be measured
     */
    public static void main(String[] arguments) throws RunnerException, IOException {
        List<String> only = Arrays.asList(arguments).subList(1, arguments.length);
        List<String> optimizers = chosen(Installed.elementwiseOptimizers(), only);
        List<String> activations =
                chosen(Installed.activations(), only).stream()
                        // Nobody computes anything.
                        .filter(name -> !name.equals("identity"))
                        .toList();
        Measurements measured =
                Measurements.of(
                        run(OptimizerBenchmark.class, "optimizer", optimizers),
                        run(AdamBenchmark.class, null, chosen(List.of("adam"), only)),
                        run(ActivationBenchmark.class, "activation", activations));
        String text = Host.description() + "\n\n" + measured.tables();
        if (only.isEmpty()) {
            Path page = Path.of(arguments[0]);
            Files.writeString(
                    page, PerformancePage.replace(Files.readString(page), "measured", text));
        }
        System.out.println(text);
        measured.misses().forEach(miss -> System.out.println("beyond the bound: " + miss));
    }

    private static List<String> chosen(List<String> names, List<String> only) {
        return names.stream().filter(name -> only.isEmpty() || only.contains(name)).toList();
    }

    private static List<Counts> run(Class<?> benchmark, String parameter, List<String> names)
            throws RunnerException {
        if (names.isEmpty()) {
            return List.of();
        }
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include(benchmark.getSimpleName() + "\\.")
                        .shouldFailOnError(true);
        if (parameter != null) {
            options.param(parameter, names.toArray(String[]::new));
        }
        return new Runner(options.build()).run().stream().map(Counts::of).toList();
    }
}
