package org.evengrad.comparison;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A comparison as a table: a line for each run. What is undefined is left empty. */
final class ComparisonCsv {
    private ComparisonCsv() {}

    static String of(Comparison comparison) {
        List<String> metrics =
                ComparedRun.metrics(
                        comparison.cells().stream().flatMap(cell -> cell.runs().stream()).toList());
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().build(text)) {
            List<String> header = new ArrayList<>();
            comparison.variations().forEach(variation -> header.add(variation.key()));
            header.addAll(List.of("seed", "status"));
            metrics.forEach(metric -> header.add("validation." + metric));
            metrics.forEach(metric -> header.add("test." + metric));
            header.addAll(List.of("seconds", "folder"));
            csv.writeRecord(header);
            for (Cell cell : comparison.cells()) {
                for (ComparedRun run : cell.runs()) {
                    List<String> line = new ArrayList<>(cell.values().values());
                    line.add(Long.toString(run.seed()));
                    line.add(run.status());
                    metrics.forEach(metric -> line.add(number(run.validation(), metric)));
                    metrics.forEach(metric -> line.add(number(run.test(), metric)));
                    line.add(Double.isFinite(run.seconds()) ? Double.toString(run.seconds()) : "");
                    line.add(comparison.folder().relativize(run.folder()).toString());
                    csv.writeRecord(line);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("a string cannot fail to be written", e);
        }
        return text.toString();
    }

    private static String number(Map<String, Double> metrics, String metric) {
        Double value = metrics.get(metric);
        return value == null ? "" : value.toString();
    }
}
