package org.evengrad.benchmarks.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.evengrad.benchmarks.Host;
import org.evengrad.benchmarks.PerformancePage;
import org.evengrad.benchmarks.clinic.Clinic;
import org.evengrad.benchmarks.clinic.ClinicCase;
import org.evengrad.benchmarks.clinic.DiagnosisVersion;
import org.evengrad.benchmarks.clinic.Examination;
import org.evengrad.benchmarks.clinic.RunLog;

/**
 * Measures what the doctor's repairs are worth. A run that was broken off goes on where it stopped;
 * what was found out by training stays when the doctor changes.
 */
public final class DoctorBenchmark {
    private DoctorBenchmark() {}

    /**
     * Has all cases treated, and writes the tables into the page; or some of them, and prints the
     * tables.
     *
     * @param arguments the page, and a folder for what was found so far
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        DoctorOptions options = DoctorOptions.ofProperties();
        Path page = Path.of(arguments[0]);
        Path folder = Path.of(arguments[1]).resolve("doctor");
        String version = options.version().orElseGet(DiagnosisVersion::ofClasses);
        Study study =
                new Study(
                        new RunLog<>(folder.resolve("runs.jsonl"), Finding.class),
                        new CasePractice(folder.resolve("work")),
                        options.seeds(),
                        version);
        long before = System.nanoTime();
        Examination<List<CaseStudy>> examination =
                new Examination<>(
                        study::examine,
                        studies ->
                                studies.stream()
                                        .map(CaseStudy::line)
                                        .collect(Collectors.joining("\n")),
                        options.workers());
        DoctorReport report = report(examination, Clinic.cases(), options);
        DoctorReport unseen = report(examination, Clinic.unseen(), options);
        String text = header(before, options, version) + report.text();
        String failures = report.failures() + "\n" + unseen.failures();
        System.out.println(text + "\n" + unseen.tables());
        System.out.println(failures);
        study.parts()
                .forEach(
                        (part, seconds) ->
                                System.out.printf(Locale.ROOT, "%-16s %6.0f s%n", part, seconds));
        Files.writeString(
                folder.resolve("report.md"), text + "\n" + unseen.tables() + "\n" + failures);
        if (options.isWhole() && examination.refused() == 0) {
            String measured = PerformancePage.replace(Files.readString(page), "doctor", text);
            Files.writeString(page, PerformancePage.replace(measured, "unseen", unseen.tables()));
        }
        if (examination.refused() > 0) {
            throw new IllegalStateException(examination.refused() + " cases could not be run");
        }
    }

    private static DoctorReport report(
            Examination<List<CaseStudy>> examination, List<ClinicCase> cases, DoctorOptions options)
            throws IOException {
        List<ClinicCase> wanted = cases.stream().filter(options::wants).toList();
        return new DoctorReport(examination.of(wanted).stream().flatMap(List::stream).toList());
    }

    private static String header(long before, DoctorOptions options, String version)
            throws IOException {
        return String.format(
                Locale.ROOT,
                "%s `mvn -Pdoctor -Dmaven.test.skip -pl core/benchmarks -am package` with %d seed%s"
                        + " of the doctor for each case, %.0f s beyond what was known before;"
                        + " doctor %s.\n\n",
                Host.description(),
                options.seeds(),
                options.seeds() == 1 ? "" : "s",
                (System.nanoTime() - before) / 1e9,
                version);
    }
}
