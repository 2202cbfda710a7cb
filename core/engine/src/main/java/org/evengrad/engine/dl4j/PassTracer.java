package org.evengrad.engine.dl4j;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.evengrad.engine.dl4j.graph.ModelGraph;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.executor.PassObserver;
import org.evengrad.engine.network.BadValue;
import org.evengrad.engine.network.BadValue.Cause;
import org.evengrad.engine.network.PassTrace;
import org.evengrad.engine.network.ValueRange;
import org.evengrad.engine.network.ValueRange.Kind;
import org.evengrad.spi.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Finds the first NaN or infinity of a pass. Slow: it reads every array. For one pass. */
final class PassTracer implements PassObserver {
    /** Products of two numbers below this are far from the largest float, 3e38. */
    private static final double LARGE = 1e15;

    /** A prediction below this divides a target to infinity. */
    private static final double NEXT_TO_ZERO = 1e-38;

    private static final int MOST_ROWS_NAMED = 8;

    private final ModelGraph graph;
    private final ModelTensors tensors;
    private final FloatBuffer parameters;
    private final FloatBuffer gradient;
    private final ArrayBatch batch;
    private final boolean lossHasLogarithm;
    private final List<ValueRange> before = new ArrayList<>();
    private final List<ValueRange> forward = new ArrayList<>();
    private final Map<String, ValueRange> inputGradients = new HashMap<>();
    private Optional<ValueRange> lossGradient = Optional.empty();
    private float[] predicted = new float[0];
    private String output = "";

    /**
     * Before a pass.
     *
     * @param gradient where the pass leaves its gradient
     * @param lossHasLogarithm whether the loss takes the logarithm of a prediction
     */
    PassTracer(
            ModelGraph graph,
            ModelTensors tensors,
            FloatBuffer parameters,
            FloatBuffer gradient,
            ArrayBatch batch,
            boolean lossHasLogarithm) {
        this.graph = graph;
        this.tensors = tensors;
        this.parameters = parameters;
        this.gradient = gradient;
        this.batch = batch;
        this.lossHasLogarithm = lossHasLogarithm;
    }

    /** Runs the pass that an execution would run next. */
    PassTrace trace(Execution execution) {
        for (Node node : graph.nodes()) {
            if (node.isTrained()) {
                Map<String, INDArray> table = node.layer().paramTable();
                for (Map.Entry<String, INDArray> entry : table.entrySet()) {
                    before.add(parameter(node, entry.getKey(), entry.getValue()));
                }
            }
        }
        before.add(given(Kind.FEATURES, batch.arrays().features()));
        before.add(given(Kind.TARGETS, batch.arrays().targets()));
        double loss = execution.trace(batch, this);
        List<ValueRange> all = new ArrayList<>(before);
        all.addAll(forward);
        double finite = Double.isFinite(loss) ? loss : Double.NaN;
        all.add(
                new ValueRange(
                        Kind.LOSS,
                        output,
                        "",
                        finite,
                        finite,
                        Double.isFinite(loss) ? 0 : 1,
                        List.of()));
        lossGradient.ifPresent(all::add);
        addBackward(all);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).isBad()) {
                // All parameters stand first; what follows the first bad array says nothing.
                int end = Math.max(i + 1, before.size());
                return new PassTrace(loss, all.subList(0, end), Optional.of(explain(all, i)));
            }
        }
        return new PassTrace(loss, all, Optional.empty());
    }

    private ValueRange parameter(Node node, String key, INDArray values) {
        int from = Math.toIntExact(values.offset());
        return range(
                Kind.PARAMETER,
                node.name(),
                node.name() + "." + key,
                parameters.slice(from, Math.toIntExact(values.length())),
                Math.toIntExact(values.length()),
                i -> -1);
    }

    private static ValueRange given(Kind kind, INDArray[] arrays) {
        ValueRange first = null;
        for (INDArray array : arrays) {
            ValueRange range = range(kind, "", "", numbers(array));
            first = first == null || !first.isBad() && range.isBad() ? range : first;
        }
        return first;
    }

    /** The numbers of an array whose first dimension are the batch's rows, if it is as long. */
    static Numbers numbers(INDArray array) {
        INDArray plain = array.ordering() == 'c' && !array.isView() ? array : array.dup('c');
        int size = Math.toIntExact(plain.length());
        int perRow = Math.max(1, size / (int) plain.size(0));
        return new Numbers(NativeFloats.of(plain), size, i -> i / perRow);
    }

    private void addBackward(List<ValueRange> all) {
        Map<String, List<Integer>> byLayer = new LinkedHashMap<>();
        for (Tensor tensor : tensors.tensors()) {
            byLayer.computeIfAbsent(
                            tensors.layers().get(tensor.layer()).name(), name -> new ArrayList<>())
                    .add(tensor.index());
        }
        List<Node> nodes = new ArrayList<>(graph.nodes());
        Collections.reverse(nodes);
        for (Node node : nodes) {
            for (int tensor : byLayer.getOrDefault(node.name(), List.of())) {
                Tensor of = tensors.tensors().get(tensor);
                all.add(
                        range(
                                Kind.PARAMETER_GRADIENT,
                                node.name(),
                                of.name(),
                                gradient.slice(tensors.offset(tensor), of.size()),
                                of.size(),
                                i -> -1));
            }
            if (inputGradients.containsKey(node.name())) {
                all.add(inputGradients.get(node.name()));
            }
        }
    }

    @Override
    public void output(String part, Numbers numbers) {
        // What an input gives is the features.
        if (graph.nodes().stream().anyMatch(n -> n.name().equals(part) && !n.inputs().isEmpty())) {
            forward.add(range(Kind.OUTPUT, part, "", numbers));
        }
    }

    @Override
    public void predictions(String part, Numbers numbers) {
        if (output.isEmpty()) {
            output = part;
            predicted = new float[numbers.size()];
            for (int i = 0; i < predicted.length; i++) {
                predicted[i] = numbers.buffer().get(i);
            }
        }
        forward.add(range(Kind.OUTPUT, part, "", numbers));
    }

    @Override
    public void lossGradient(String part, Numbers numbers) {
        lossGradient = Optional.of(range(Kind.LOSS_GRADIENT, part, "", numbers));
    }

    @Override
    public void inputGradient(String part, Numbers numbers) {
        ValueRange range = range(Kind.INPUT_GRADIENT, part, "", numbers);
        inputGradients.merge(part, range, (first, second) -> first.isBad() ? first : second);
    }

    private static ValueRange range(Kind kind, String layer, String tensor, Numbers numbers) {
        return range(kind, layer, tensor, numbers.buffer(), numbers.size(), numbers.example());
    }

    private static ValueRange range(
            Kind kind,
            String layer,
            String tensor,
            FloatBuffer numbers,
            int size,
            IntUnaryOperator example) {
        float least = Float.POSITIVE_INFINITY;
        float greatest = Float.NEGATIVE_INFINITY;
        int bad = 0;
        BitSet rows = new BitSet();
        for (int i = 0; i < size; i++) {
            float value = numbers.get(i);
            if (Float.isFinite(value)) {
                least = Math.min(least, value);
                greatest = Math.max(greatest, value);
            } else {
                bad++;
                int row = example.applyAsInt(i);
                if (row >= 0) {
                    rows.set(row);
                }
            }
        }
        boolean none = least > greatest;
        return new ValueRange(
                kind,
                layer,
                tensor,
                none ? Double.NaN : least,
                none ? Double.NaN : greatest,
                size == 0 ? 0 : (double) bad / size,
                rows.stream().boxed().toList());
    }

    private BadValue explain(List<ValueRange> all, int first) {
        ValueRange where = all.get(first);
        List<Integer> rows = where.badRows();
        if (where.kind() == Kind.PARAMETER) {
            return new BadValue(
                    where,
                    Cause.BAD_PARAMETERS,
                    percent(where) + " of " + where.tensor() + " was no number before the step",
                    List.of());
        }
        if (where.kind() == Kind.FEATURES || where.kind() == Kind.TARGETS) {
            return new BadValue(
                    where,
                    where.kind() == Kind.FEATURES ? Cause.BAD_FEATURES : Cause.BAD_TARGETS,
                    where.what() + " hold a NaN or an infinity in " + named(rows),
                    rows);
        }
        List<Integer> masked = allMasked();
        if (masked.size() == batch.rows()) {
            return new BadValue(
                    where,
                    Cause.EMPTY_BATCH,
                    "the mask leaves nothing of the batch: no example and no time step counts",
                    masked);
        }
        if (!masked.isEmpty() && masked.containsAll(rows)) {
            return new BadValue(
                    where,
                    Cause.ALL_MASKED,
                    "the mask leaves no time step of " + named(masked),
                    masked);
        }
        if (where.kind() == Kind.LOSS || where.kind() == Kind.LOSS_GRADIENT) {
            Optional<BadValue> logarithm = logOfZero(where);
            if (logarithm.isPresent()) {
                return logarithm.get();
            }
        }
        return grown(all, first);
    }

    private List<Integer> allMasked() {
        BitSet none = new BitSet();
        for (INDArray[] masks :
                new INDArray[][] {batch.arrays().featureMasks(), batch.arrays().targetMasks()}) {
            INDArray mask = Dl4jModel.Arrays.first(masks);
            if (mask == null || mask.size(0) != batch.rows()) {
                continue;
            }
            Numbers numbers = numbers(mask);
            BitSet counts = new BitSet();
            for (int i = 0; i < numbers.size(); i++) {
                if (numbers.buffer().get(i) != 0) {
                    counts.set(numbers.example().applyAsInt(i));
                }
            }
            counts.flip(0, batch.rows());
            none.or(counts);
        }
        return none.stream().boxed().toList();
    }

    private Optional<BadValue> logOfZero(ValueRange where) {
        INDArray targets = batch.arrays().targets()[0];
        if (!lossHasLogarithm || targets.length() != predicted.length) {
            return Optional.empty();
        }
        List<Integer> rows = nextToZero(true);
        if (rows.isEmpty()) {
            // DL4J multiplies the logarithm by a target of zero, too.
            rows = nextToZero(false);
        }
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        double least = Double.POSITIVE_INFINITY;
        for (float prediction : predicted) {
            least = Math.min(least, prediction);
        }
        return Optional.of(
                new BadValue(
                        where,
                        Cause.LOG_OF_ZERO,
                        String.format(
                                Locale.ROOT,
                                "the loss takes the logarithm of a prediction of %.3g by %s, in %s",
                                least,
                                output,
                                named(rows)),
                        rows));
    }

    private List<Integer> nextToZero(boolean wherePredictionIsAskedFor) {
        Numbers targets = numbers(batch.arrays().targets()[0]);
        BitSet rows = new BitSet();
        for (int i = 0; i < predicted.length; i++) {
            boolean asked = !wherePredictionIsAskedFor || targets.buffer().get(i) != 0;
            if (asked && predicted[i] < NEXT_TO_ZERO) {
                rows.set(targets.example().applyAsInt(i));
            }
        }
        return rows.stream().boxed().toList();
    }

    private BadValue grown(List<ValueRange> all, int first) {
        ValueRange where = all.get(first);
        // What it was computed from: the array before it, and the layer's parameters.
        ValueRange largest = all.get(first - 1);
        for (int i = 0; i < first; i++) {
            ValueRange earlier = all.get(i);
            boolean read =
                    earlier.kind() == Kind.PARAMETER && earlier.layer().equals(where.layer())
                            || earlier.kind() != Kind.PARAMETER;
            if (read && earlier.magnitude() > largest.magnitude()) {
                largest = earlier;
            }
        }
        // Where most rows are bad, it is none of them in particular.
        List<Integer> rows =
                2 * where.badRows().size() > batch.rows() ? List.of() : where.badRows();
        String numbers =
                String.format(
                        Locale.ROOT,
                        "%s went up to %.3g, the largest before it",
                        largest.what(),
                        largest.magnitude());
        return largest.magnitude() >= LARGE || where.magnitude() >= LARGE
                ? new BadValue(
                        where, Cause.OVERFLOW, where.what() + " overflowed: " + numbers, rows)
                : new BadValue(
                        where,
                        Cause.UNDEFINED,
                        where.what() + " is no number, though nothing was large: " + numbers,
                        rows);
    }

    private static String percent(ValueRange range) {
        double percent = 100 * range.badShare();
        return percent < 1
                ? "less than 1%"
                : String.format(Locale.ROOT, "%.0f%%", Math.floor(percent));
    }

    private static String named(List<Integer> rows) {
        if (rows.isEmpty()) {
            return "the batch";
        }
        StringBuilder text = new StringBuilder(rows.size() == 1 ? "row " : "rows ");
        for (int i = 0; i < Math.min(rows.size(), MOST_ROWS_NAMED); i++) {
            text.append(i == 0 ? "" : ", ").append(rows.get(i));
        }
        if (rows.size() > MOST_ROWS_NAMED) {
            text.append(" and ").append(rows.size() - MOST_ROWS_NAMED).append(" more");
        }
        return text.append(" of the batch").toString();
    }
}
