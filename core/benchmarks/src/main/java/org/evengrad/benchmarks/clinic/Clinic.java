package org.evengrad.benchmarks.clinic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.evengrad.benchmarks.Host;
import org.evengrad.benchmarks.PerformancePage;

/**
 * Measures whether diagnosis is right. A run that was broken off goes on where it stopped; what was
 * found out by training stays when the diagnosis changes.
 */
public final class Clinic {
    private Clinic() {}

    /**
     * Examines all cases, and writes the tables into the page; or some of them, and prints the
     * tables.
     *
     * @param arguments the page, and a folder for what was found so far
     */
    public static void main(String[] arguments) throws IOException {
        ClinicOptions options = ClinicOptions.ofProperties();
        Path page = Path.of(arguments[0]);
        Path folder = Path.of(arguments[1]).resolve("clinic");
        Optional<String> version =
                options.truthOnly()
                        ? Optional.empty()
                        : Optional.of(options.version().orElseGet(DiagnosisVersion::ofClasses));
        Ward ward =
                new Ward(
                        new RunLog<>(folder.resolve("runs.jsonl"), RunLine.class),
                        new CaseRunner(folder.resolve("work"), Checks::verdicts),
                        options.seeds(),
                        version);
        long before = System.nanoTime();
        Examination<CaseResult> examination =
                new Examination<>(ward::examine, CaseResult::line, options.workers());
        List<CaseResult> results = examination.of(cases(options));
        ClinicReport report = new ClinicReport(results);
        String text = header(before, options, version) + report.text();
        System.out.println(report.mistakes());
        System.out.println(text);
        Files.writeString(folder.resolve("mistakes.txt"), report.mistakes());
        Files.writeString(folder.resolve("report.md"), text);
        if (options.isWhole() && examination.refused() == 0) {
            Files.writeString(
                    page, PerformancePage.replace(Files.readString(page), "clinic", text));
        }
        if (examination.refused() > 0) {
            throw new IllegalStateException(examination.refused() + " cases could not be run");
        }
    }

    private static String header(long before, ClinicOptions options, Optional<String> version)
            throws IOException {
        return String.format(
                Locale.ROOT,
                "%s `mvn -Pclinic -Dmaven.test.skip -pl core/benchmarks -am package` with %d"
                        + " seeds, %.0f s beyond what was known before; diagnosis %s.\n\n",
                Host.description(),
                options.seeds(),
                (System.nanoTime() - before) / 1e9,
                version.orElse("none"));
    }

    private static List<ClinicCase> cases(ClinicOptions options) {
        if (options.digits().isEmpty()) {
            System.out.println(
                    "Drawn shapes of 16 x 16 pixels stand in for MNIST; -Ddigits=FOLDER takes its"
                            + " test part.");
        }
        return cases(options.digits().map(ClinicData::digits).orElse(ClinicData.SHAPES)).stream()
                .filter(options::wants)
                .toList();
    }

    /** All cases; shapes are drawn where they are about images. */
    public static List<ClinicCase> cases() {
        return cases(ClinicData.SHAPES);
    }

    /** Cases that nothing was fitted to. */
    public static List<ClinicCase> unseen() {
        return UnseenNetworks.cases();
    }

    private static List<ClinicCase> cases(ClinicData images) {
        List<ClinicCase> all = new ArrayList<>();
        all.addAll(Faults.cases());
        all.addAll(HealthyNetworks.hard());
        all.addAll(HealthyNetworks.ordinary(images));
        all.addAll(Shapes.cases(images));
        return all;
    }
}
