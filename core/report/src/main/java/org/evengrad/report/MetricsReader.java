package org.evengrad.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.evengrad.report.Metrics.Layout;
import org.evengrad.report.Metrics.Validation;

/**
 * Reads {@code metrics.jsonl} in two passes: the first learns the layout and the length, the second
 * sorts the steps into columns. So a run of any length needs the memory of one column's steps.
 *
 * <p>A last line that is cut short, as a killed run leaves it, is left out without a word; other
 * lines that are no JSON are counted.
 */
final class MetricsReader {
    private static final int MOST_COLUMNS = 800;
    private static final int FEWEST_COLUMNS = 100;

    /**
     * Tensors times columns; three measures of two bytes each, so that the page stays below 1 MB.
     */
    private static final int CELLS = 75_000;

    /** Most of the time goes into reading digits. */
    private final ObjectMapper mapper =
            new ObjectMapper(
                    JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build());

    private final List<String> tensors = new ArrayList<>();
    private final List<String> layers = new ArrayList<>();
    private final List<Evaluation> evaluations = new ArrayList<>();
    private final Map<String, JsonNode> verdicts = new LinkedHashMap<>();
    private long plannedSteps;
    private long lastStep;
    private long recordedSteps;
    private int unreadableLines;
    private boolean previousUnreadable;
    private long leastStepsPerColumn = 1;

    private record Evaluation(long step, double loss, double accuracy) {}

    private MetricsReader() {}

    /**
     * Reads a file; one that is not there is a run that has not measured anything yet.
     *
     * @param leastStepsPerColumn more than 1 for a run that stands beside a longer one
     */
    static Metrics read(Path file, long leastStepsPerColumn) throws IOException {
        MetricsReader reader = new MetricsReader();
        reader.leastStepsPerColumn = leastStepsPerColumn;
        if (!Files.exists(file)) {
            return reader.metrics(new ColumnFiller(0, 0, 1));
        }
        reader.survey(file);
        return reader.metrics(reader.fill(file));
    }

    private void survey(Path file) throws IOException {
        try (BufferedReader lines = open(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isBlank()) {
                    continue;
                }
                // Counted one line late: the last line may be cut short.
                unreadableLines += previousUnreadable ? 1 : 0;
                previousUnreadable = !surveyed(line);
            }
        }
        if (layers.isEmpty()) {
            layers.addAll(new LinkedHashSet<>(tensors.stream().map(Layout::layerOf).toList()));
        }
    }

    /** Takes in a line; false if it is no JSON object. */
    private boolean surveyed(String line) throws IOException {
        try (JsonParser parser = mapper.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            String type = "";
            long step = 0;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case "type" -> type = parser.getValueAsString("");
                    case "step" -> step = parser.getValueAsLong();
                    default -> parser.skipChildren();
                }
            }
            if (parser.currentToken() != JsonToken.END_OBJECT) {
                return false;
            }
            surveyed(type, step, line);
            return true;
        } catch (JsonProcessingException error) {
            return false;
        }
    }

    private void surveyed(String type, long step, String line) throws IOException {
        switch (type) {
            case "step" -> {
                lastStep = Math.max(lastStep, step);
                recordedSteps++;
                if (tensors.isEmpty()) {
                    mapper.readTree(line)
                            .path(Measure.BEFORE_GUARDS.key())
                            .fieldNames()
                            .forEachRemaining(tensors::add);
                }
            }
            case "layout" -> {
                JsonNode layout = mapper.readTree(line);
                plannedSteps = layout.path("plannedSteps").asLong();
                tensors.clear();
                layers.clear();
                layout.path("tensors").forEach(tensor -> tensors.add(tensor.asText()));
                layout.path("layers").forEach(layer -> layers.add(layer.asText()));
            }
            case "evaluation" -> {
                JsonNode evaluation = mapper.readTree(line);
                evaluations.add(
                        new Evaluation(
                                step,
                                evaluation.path("validationLoss").asDouble(Double.NaN),
                                evaluation.path("validationAccuracy").asDouble(Double.NaN)));
            }
            case "verdict" -> {
                JsonNode verdict = mapper.readTree(line);
                verdicts.put(verdict.path("problem").asText(), verdict);
            }
            default -> {
                // Of a later version: nothing that this report shows.
            }
        }
    }

    private ColumnFiller fill(Path file) throws IOException {
        long most =
                Math.max(
                        FEWEST_COLUMNS,
                        Math.min(MOST_COLUMNS, CELLS / Math.max(1, tensors.size())));
        long stepsPerColumn = Math.max(leastStepsPerColumn, (lastStep + most - 1) / most);
        ColumnFiller columns = new ColumnFiller(tensors.size(), lastStep, stepsPerColumn);
        Map<String, Integer> index = new LinkedHashMap<>();
        for (String tensor : tensors) {
            index.putIfAbsent(tensor, index.size());
        }
        StepLine step = new StepLine(index);
        try (BufferedReader lines = open(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (isStep(line)) {
                    try (JsonParser parser = mapper.createParser(line)) {
                        step.read(parser);
                        columns.add(step);
                    } catch (JsonProcessingException error) {
                        // Cut short; the first pass knows.
                    }
                }
            }
        }
        columns.finish();
        return columns;
    }

    private boolean isStep(String line) throws IOException {
        try (JsonParser parser = mapper.createParser(line)) {
            return parser.nextToken() == JsonToken.START_OBJECT
                    && "type".equals(parser.nextFieldName())
                    && "step".equals(parser.nextTextValue());
        } catch (JsonProcessingException error) {
            return false;
        }
    }

    private Metrics metrics(ColumnFiller columns) {
        return new Metrics(
                new Layout(List.copyOf(tensors), List.copyOf(layers), plannedSteps),
                columns.progress(recordedSteps),
                columns.columns(),
                validation(columns),
                columns.ends(),
                columns.guards(),
                mapper.createArrayNode().addAll(verdicts.values()),
                unreadableLines);
    }

    private Validation validation(ColumnFiller columns) {
        double[] loss = columns.blank();
        double[] accuracy = columns.blank();
        for (Evaluation evaluation : evaluations) {
            if (loss.length > 0) {
                loss[columns.column(evaluation.step)] = evaluation.loss;
                accuracy[columns.column(evaluation.step)] = evaluation.accuracy;
            }
        }
        if (evaluations.isEmpty()) {
            return new Validation(loss, accuracy, Double.NaN, Double.NaN);
        }
        Evaluation last = evaluations.get(evaluations.size() - 1);
        return new Validation(loss, accuracy, last.loss, last.accuracy);
    }

    private static BufferedReader open(Path file) throws IOException {
        // Not Files.newBufferedReader: a line that is cut inside a character must not end reading.
        return new BufferedReader(
                new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8), 1 << 16);
    }
}
