package org.evengrad.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.engine.train.Verdict.Severity;
import org.evengrad.engine.train.WaivedVerdict;
import org.evengrad.operations.TrainedRun;
import picocli.CommandLine.Help.Ansi;

/** How a run went, in a few lines. */
final class OutcomeText {
    private final Ansi ansi;
    private final VerdictText verdicts;

    OutcomeText(Surroundings surroundings) {
        ansi = surroundings.color() ? Ansi.ON : Ansi.OFF;
        verdicts = new VerdictText(ansi);
    }

    List<String> lines(TrainedRun run) {
        TrainingResult result = run.result();
        List<String> lines = new ArrayList<>();
        result.verdicts().stream()
                .filter(verdict -> verdict.severity() != Severity.NOTE)
                .forEach(verdict -> lines.addAll(verdicts.lines(verdict)));
        for (WaivedVerdict waived : result.waived()) {
            lines.add(
                    "ignored: "
                            + waived.verdict().problem()
                            + " ("
                            + waived.waiver().reason()
                            + "): "
                            + waived.verdict().what());
        }
        lines.addAll(result.notices());
        lines.add(outcome(result));
        lines.addAll(scores(result));
        phases(result).ifPresent(lines::add);
        result.verdicts().stream()
                .filter(verdict -> verdict.severity() == Severity.NOTE)
                .map(verdict -> "note: " + verdict.problem() + ": " + verdict.what())
                .forEach(lines::add);
        result.plan().network().needsEvengrad().stream()
                .map(need -> "model.zip needs Evengrad to open: DL4J lacks " + need)
                .forEach(lines::add);
        replay(run).ifPresent(lines::add);
        lines.add("Report: " + shown(run.folder().report()));
        return lines;
    }

    private String outcome(TrainingResult result) {
        StringBuilder text = new StringBuilder();
        String color = result.status() == TrainingResult.Status.HEALTHY ? "bold,green" : "bold,red";
        text.append(styled(color, KebabCase.of(result.status())));
        result.ending()
                .detail()
                .filter(detail -> result.verdicts().isEmpty())
                .ifPresent(detail -> text.append(" (").append(detail).append(')'));
        text.append(": ");
        text.append(headline(result));
        result.bestEpoch().ifPresent(epoch -> text.append(", best epoch ").append(epoch));
        text.append(
                String.format(
                        Locale.ROOT,
                        "; %,d steps in %s",
                        result.ending().steps(),
                        Numbers.duration(result.seconds())));
        if (result.ending().skippedSteps() > 0) {
            text.append(", ").append(result.ending().skippedSteps()).append(" skipped");
        }
        if (result.clippedShare() > 0) {
            text.append(", ").append(Numbers.percent(result.clippedShare())).append(" clipped");
        }
        return text.toString();
    }

    /** On test data if there are any. */
    private static String headline(TrainingResult result) {
        if (result.test().isPresent()) {
            return "test " + ScoresText.headline(result.test().get());
        }
        return result.validation()
                .map(scores -> "validation " + ScoresText.headline(scores))
                .orElse("train loss " + Numbers.shortest(result.trainLoss()));
    }

    /** A line for each metric, with a column for each part of the data. */
    private static List<String> scores(TrainingResult result) {
        Map<String, Map<String, String>> columns = new LinkedHashMap<>();
        result.test().ifPresent(scores -> columns.put("test", ScoresText.byLabel(scores)));
        result.validation()
                .ifPresent(scores -> columns.put("validation", ScoresText.byLabel(scores)));
        columns.put("train", Map.of("loss", Numbers.shortest(result.trainLoss())));
        Set<String> labels = new LinkedHashSet<>();
        columns.values().forEach(column -> labels.addAll(column.keySet()));
        TextTable table = new TextTable(0);
        table.row(Stream.concat(Stream.of(""), columns.keySet().stream()).toArray(String[]::new));
        for (String label : labels) {
            table.row(
                    Stream.concat(
                                    Stream.of(label),
                                    columns.values().stream()
                                            .map(column -> column.getOrDefault(label, "")))
                            .toArray(String[]::new));
        }
        return table.lines();
    }

    /** Where the time of a step went. */
    private static Optional<String> phases(TrainingResult result) {
        if (result.phaseShares().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                result.phaseShares().entrySet().stream()
                        .filter(phase -> phase.getValue() > 0)
                        .map(
                                phase ->
                                        KebabCase.of(phase.getKey()).replace('-', ' ')
                                                + " "
                                                + Numbers.percent(phase.getValue()))
                        .collect(
                                Collectors.joining(
                                        ", ",
                                        String.format(
                                                Locale.ROOT,
                                                "step %.3g ms: ",
                                                result.stepMillis().median()),
                                        "")));
    }

    /** How to see the first bad value again. */
    private static Optional<String> replay(TrainedRun run) {
        return run.folder()
                .firstBadBatch()
                .map(file -> "Replay: evengrad train --replay " + shown(file));
    }

    /** As short as it can be said from here. */
    static Path shown(Path file) {
        Path here = Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file) : file;
    }

    private String styled(String style, String text) {
        return ansi.string("@|" + style + " " + text + "|@");
    }
}
