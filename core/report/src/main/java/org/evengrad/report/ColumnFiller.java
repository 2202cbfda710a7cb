package org.evengrad.report;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.evengrad.report.Metrics.Columns;
import org.evengrad.report.Metrics.Ends;
import org.evengrad.report.Metrics.GuardActivity;
import org.evengrad.report.Metrics.Progress;

/**
 * Sorts steps into columns. Holds the values of one column at a time, because a median needs them
 * all. When steps come again, after a run was resumed from a checkpoint, the columns that they fall
 * into start afresh.
 */
final class ColumnFiller {
    private static final int NONE = -1;

    private final long lastStep;
    private final long stepsPerColumn;
    private final Map<Measure, short[][]> norms = new EnumMap<>(Measure.class);
    private final Map<Measure, Ends[]> ends = new EnumMap<>(Measure.class);
    private final Map<Measure, CodeBuffer[]> codes = new EnumMap<>(Measure.class);
    private final Map<GuardKey, Activity> guards = new LinkedHashMap<>();
    private final int[] recorded;
    private final int[] nonFinite;
    private final double[] medianLoss;
    private final double[] leastLoss;
    private final double[] greatestLoss;
    private final double[] learningRate;
    private double[] losses = new double[8];
    private int lossCount;
    private int current = NONE;
    private int lastEpoch;
    private double lastLoss = Double.NaN;

    private record GuardKey(String guard, String action) {}

    private static final class Activity {
        final int[] perColumn;
        long first;
        long last;
        String reason = "";

        Activity(int columns) {
            perColumn = new int[columns];
        }
    }

    /** The codes of one tensor in the current column. */
    private static final class CodeBuffer {
        private short[] codes = new short[8];
        private int count;

        void add(short code) {
            if (count == codes.length) {
                codes = Arrays.copyOf(codes, 2 * count);
            }
            codes[count++] = code;
        }

        short takeMedian() {
            if (count == 0) {
                return NormCode.MISSING;
            }
            Arrays.sort(codes, 0, count);
            short median = codes[(count - 1) / 2];
            count = 0;
            return median;
        }
    }

    ColumnFiller(int tensors, long lastStep, long stepsPerColumn) {
        this.lastStep = lastStep;
        this.stepsPerColumn = stepsPerColumn;
        int columns = Math.toIntExact((lastStep + stepsPerColumn - 1) / stepsPerColumn);
        for (Measure measure : Measure.values()) {
            short[][] rows = new short[tensors][columns];
            CodeBuffer[] buffers = new CodeBuffer[tensors];
            for (int t = 0; t < tensors; t++) {
                Arrays.fill(rows[t], NormCode.MISSING);
                buffers[t] = new CodeBuffer();
            }
            norms.put(measure, rows);
            codes.put(measure, buffers);
            ends.put(measure, new Ends[tensors]);
        }
        recorded = new int[columns];
        nonFinite = new int[columns];
        medianLoss = blank();
        leastLoss = blank();
        greatestLoss = blank();
        learningRate = blank();
    }

    /** An entry for each column, NaN. */
    double[] blank() {
        double[] values = new double[recorded.length];
        Arrays.fill(values, Double.NaN);
        return values;
    }

    /** The column of a step; a step outside the run falls into the nearest. */
    int column(long step) {
        return (int) ((Math.max(1, Math.min(lastStep, step)) - 1) / stepsPerColumn);
    }

    void add(StepLine line) {
        if (line.step() < 1 || line.step() > lastStep) {
            return; // A run that is still going has written on since its length was taken.
        }
        int column = column(line.step());
        if (column != current) {
            close();
            open(column);
        }
        recorded[column]++;
        nonFinite[column] += line.nonFinite() ? 1 : 0;
        lastEpoch = line.epoch();
        lastLoss = Double.isFinite(line.loss()) ? line.loss() : Double.NaN;
        if (Double.isFinite(line.loss())) {
            addLoss(line.loss());
        }
        if (Double.isFinite(line.learningRate())) {
            learningRate[column] = line.learningRate();
        }
        for (Measure measure : Measure.values()) {
            addNorms(line.norms(measure), codes.get(measure), ends.get(measure));
        }
        addGuards(line, column);
    }

    private static void addNorms(double[] values, CodeBuffer[] buffers, Ends[] ends) {
        for (int t = 0; t < values.length; t++) {
            double value = values[t];
            if (value != StepLine.ABSENT) {
                buffers[t].add(NormCode.of(value));
                ends[t] = new Ends(ends[t] == null ? value : ends[t].first(), value);
            }
        }
    }

    private void addLoss(double loss) {
        if (lossCount == losses.length) {
            losses = Arrays.copyOf(losses, 2 * lossCount);
        }
        losses[lossCount++] = loss;
    }

    /** A guard that acts on many tensors has an action for each: the step counts once. */
    private void addGuards(StepLine line, int column) {
        for (StepLine.GuardAction action : line.guards()) {
            GuardKey key = new GuardKey(action.guard(), action.action());
            Activity activity = guards.computeIfAbsent(key, any -> new Activity(recorded.length));
            if (activity.last != line.step() || activity.perColumn[column] == 0) {
                activity.perColumn[column]++;
            }
            activity.first = activity.first == 0 ? line.step() : activity.first;
            activity.last = line.step();
            activity.reason = action.reason();
        }
    }

    private void open(int column) {
        current = column;
        recorded[column] = 0;
        nonFinite[column] = 0;
        medianLoss[column] = Double.NaN;
        leastLoss[column] = Double.NaN;
        greatestLoss[column] = Double.NaN;
        guards.values().forEach(activity -> activity.perColumn[column] = 0);
    }

    private void close() {
        if (current == NONE) {
            return;
        }
        for (Measure measure : Measure.values()) {
            CodeBuffer[] buffers = codes.get(measure);
            for (int t = 0; t < buffers.length; t++) {
                norms.get(measure)[t][current] = buffers[t].takeMedian();
            }
        }
        if (lossCount > 0) {
            Arrays.sort(losses, 0, lossCount);
            leastLoss[current] = losses[0];
            medianLoss[current] = losses[(lossCount - 1) / 2];
            greatestLoss[current] = losses[lossCount - 1];
            lossCount = 0;
        }
    }

    /** Closes the last column; then the results below stand. */
    void finish() {
        close();
        current = NONE;
    }

    Columns columns() {
        return new Columns(
                stepsPerColumn,
                recorded,
                nonFinite,
                norms,
                medianLoss,
                leastLoss,
                greatestLoss,
                learningRate);
    }

    Progress progress(long recordedSteps) {
        return new Progress(lastStep, lastEpoch, recordedSteps, lastLoss);
    }

    Map<Measure, Ends[]> ends() {
        return ends;
    }

    List<GuardActivity> guards() {
        return guards.entrySet().stream()
                .map(
                        entry -> {
                            Activity activity = entry.getValue();
                            return new GuardActivity(
                                    entry.getKey().guard(),
                                    entry.getKey().action(),
                                    activity.perColumn,
                                    activity.first,
                                    activity.last,
                                    activity.reason);
                        })
                .toList();
    }
}
