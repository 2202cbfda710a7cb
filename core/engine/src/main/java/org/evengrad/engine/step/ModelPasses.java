package org.evengrad.engine.step;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.random.KeyedRandom;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Step;

/**
 * The passes over the flat memory of one model: statistics, guards, and kernels chunk by chunk.
 * What they share is allocated when this is made.
 */
final class ModelPasses {
    /** A tensor at zero is taken to be this large for each element, as root mean square. */
    private static final double SMALLEST_PARAMETER = 1e-3;

    /** Stands for no tensor, so that drawn targets are those of no chunk. */
    private static final int SAMPLED_TARGETS = -1;

    /** Stands for no tensor either: what the network draws. */
    private static final int DROPOUT = -2;

    final Network network;
    final FloatBuffer parameters;
    final FloatBuffer gradient;
    final Layout layout;
    final Statistics statistics;
    final StepState at;
    final GuardChain guards;
    final OptimizerMemory memory;

    private final Penalties penalties;
    private final ModelChunk chunk;
    private final long seed;
    private final KeyedRandom drawn = new KeyedRandom();
    private final Cut own;
    private final Cut[] cuts = new Cut[Grain.values().length];
    private final float[] before;
    private final float[] change;
    private final float[] tail;
    private final double[] sizeBefore;
    private final double[] updateSumOfSquares;

    private Batch batch;
    private boolean firstPass;
    private boolean penalized = true;

    ModelPasses(
            Network network,
            Optimizer optimizer,
            List<GradientGuard> guards,
            Penalties penalties,
            Horizon horizon,
            long seed) {
        this.network = network;
        this.penalties = penalties;
        this.seed = seed;
        parameters = network.parameters();
        gradient = network.gradient();
        layout = new Layout(network);
        statistics = new Statistics(layout.count());
        at = new StepState(horizon);
        chunk = new ModelChunk(layout, seed);
        this.guards = new GuardChain(guards, layout, parameters, gradient, statistics, chunk);
        own = new Cut(layout, optimizer.grain());
        cuts[optimizer.grain().ordinal()] = own;
        memory = new OptimizerMemory(optimizer, layout, own);
        chunk.reserve(own.largest(), 0);
        before = new float[layout.total()];
        change = new float[Cut.CHUNK];
        tail = new float[Cut.CHUNK];
        sizeBefore = new double[layout.count()];
        updateSumOfSquares = new double[layout.count()];
        measureParameters();
    }

    private Cut cut(Grain grain) {
        Cut known = cuts[grain.ordinal()];
        if (known == null) {
            known = new Cut(layout, grain);
            cuts[grain.ordinal()] = known;
            chunk.reserve(known.largest(), memory.slots());
        }
        return known;
    }

    /** Which examples the passes are about. */
    void batch(Batch examples) {
        batch = examples;
    }

    /** Computes the gradient at the parameters as they are, and its statistics. */
    void computeGradient() {
        penalized = true;
        drawn.key(seed, at.step, DROPOUT, 0);
        network.drawFrom(drawn.nextLong());
        at.loss = network.gradient(batch);
        measureGradient();
    }

    /**
     * Computes a gradient for targets drawn from the predictions. No guard sees it, and kernels see
     * it without penalties.
     */
    void computeSampledGradient() {
        drawn.key(seed, at.step, SAMPLED_TARGETS, 0);
        network.sampledGradient(batch, drawn);
        guards.passAll(meanFactor());
        penalized = false;
    }

    /** The loss at the parameters as they are; the gradient stays. */
    double loss() {
        return network.loss(batch);
    }

    /**
     * Lets the guards look at the gradient.
     *
     * @param record takes what they did; null for a gradient within a step
     */
    Outcome inspect(StepRecord record) {
        return guards.inspect(meanFactor(), at, record);
    }

    /** Begins to measure how far an update moves the parameters. */
    void beginUpdate() {
        for (int t = 0; t < sizeBefore.length; t++) {
            sizeBefore[t] = Math.sqrt(statistics.parameterSumOfSquares(t));
            updateSumOfSquares[t] = 0;
        }
        firstPass = true;
        penalized = true;
    }

    /** How far a tensor has moved since {@link #beginUpdate}, against its size then. */
    double updateRatio(int tensor) {
        return updateRatio(updateSumOfSquares[tensor], sizeBefore[tensor], layout.size(tensor));
    }

    /**
     * How far a tensor moved against its size.
     *
     * @param sumOfSquares of the update
     * @param normBefore of the tensor
     * @param elements how many it has
     */
    static double updateRatio(double sumOfSquares, double normBefore, int elements) {
        return Math.sqrt(sumOfSquares)
                / Math.max(normBefore, SMALLEST_PARAMETER * Math.sqrt(elements));
    }

    private float meanFactor() {
        return (float) (1 / batch.terms());
    }

    private void measureGradient() {
        statistics.clear();
        Cut cut = cut(Grain.ELEMENTS);
        double mean = meanFactor();
        for (int i = 0; i < cut.count(); i++) {
            chunk.at(cut, i, at.step);
            chunk.loadGradient(gradient, 1);
            statistics.add(cut.tensor(i), chunk.gradient(), chunk.size(), mean);
        }
    }

    /** Later on, the optimizer's pass measures what it writes. */
    void measureParameters() {
        Cut cut = cut(Grain.ELEMENTS);
        double[] sums = new double[layout.count()];
        for (int i = 0; i < cut.count(); i++) {
            chunk.at(cut, i, 0);
            chunk.loadParameters(parameters);
            sums[cut.tensor(i)] += Sums.ofSquares(chunk.parameters(), chunk.size());
        }
        for (int t = 0; t < sums.length; t++) {
            statistics.parameterSumOfSquares(t, sums[t]);
        }
    }

    /**
     * Calls a kernel for every chunk, with parameters, gradient and slots, and writes back what it
     * changed.
     */
    void each(Grain grain, Step.Kernel kernel, int firstSlot) {
        Cut cut = cut(grain);
        chunk.showSlots(firstSlot, memory.slots() - firstSlot);
        Arrays.fill(updateSumOfSquares, 0);
        double squares = 0;
        int last = -1;
        double rate = at.rate;
        for (int i = 0; i < cut.count(); i++) {
            chunk.at(cut, i, at.step);
            load(cut, i);
            if (firstPass) {
                System.arraycopy(chunk.parameters(), 0, before, chunk.flatStart(), chunk.size());
            }
            at.rate = rate * penalties.rateFactor(cut.tensor(i));
            kernel.run(chunk, at);
            updateSumOfSquares[cut.tensor(i)] += measureUpdate();
            chunk.storeParameters(parameters);
            if (cut != own) {
                chunk.storeStates(memory);
            }
            if (cut.tensor(i) != last) {
                if (last >= 0) {
                    statistics.parameterSumOfSquares(last, squares);
                }
                last = cut.tensor(i);
                squares = 0;
            }
            squares += Sums.ofSquares(chunk.parameters(), chunk.size());
        }
        if (last >= 0) {
            statistics.parameterSumOfSquares(last, squares);
        }
        firstPass = false;
        at.rate = rate;
    }

    /** Takes off what tensors lose beside the optimizer's step: a share of what they were. */
    void decay() {
        for (int t = 0; t < layout.count(); t++) {
            float share = penalties.decayShare(t, at.rate);
            if (share != 0) {
                double squares = 0;
                for (int i = layout.offset(t); i < layout.offset(t) + layout.size(t); i++) {
                    float left = parameters.get(i) - share * before[i];
                    parameters.put(i, left);
                    squares += (double) left * left;
                }
                statistics.parameterSumOfSquares(t, squares);
            }
        }
    }

    private void load(Cut cut, int index) {
        chunk.loadParameters(parameters);
        chunk.loadGradient(gradient, guards.factor(chunk.tensorIndex()));
        if (penalized) {
            chunk.addPenalties(
                    penalties.l1()[chunk.tensorIndex()], penalties.l2()[chunk.tensorIndex()]);
        }
        loadStates(cut, index);
    }

    private void loadStates(Cut cut, int index) {
        if (cut == own) {
            chunk.showStates(memory, index);
        } else {
            chunk.loadStates(memory);
        }
    }

    /** The sum of squares of what the step has changed so far, however many passes it took. */
    private double measureUpdate() {
        float[] now = chunk.parameters();
        float[] difference = change;
        double sum = 0;
        for (int from = 0; from < chunk.size(); from += difference.length) {
            int size = Math.min(difference.length, chunk.size() - from);
            System.arraycopy(before, chunk.flatStart() + from, difference, 0, size);
            if (from > 0) {
                System.arraycopy(now, from, tail, 0, size);
                now = tail;
            }
            // Both arrays from their start: only then does the JIT vectorize.
            for (int i = 0; i < size; i++) {
                difference[i] = now[i] - difference[i];
            }
            sum += Sums.ofSquares(difference, size);
            now = chunk.parameters();
        }
        return sum;
    }

    /** Adds up numbers over the model; writes nothing back. */
    void sums(Grain grain, Step.Summand summand, double[] sums, int firstSlot) {
        Arrays.fill(sums, 0);
        Cut cut = cut(grain);
        chunk.showSlots(firstSlot, memory.slots() - firstSlot);
        for (int i = 0; i < cut.count(); i++) {
            chunk.at(cut, i, at.step);
            load(cut, i);
            summand.add(chunk, at, sums);
        }
    }

    /**
     * The gradient, after the guards and without penalties, times how far the parameters are from
     * where they were.
     *
     * @param earlier all parameters, flat
     */
    double linearChange(float[] earlier) {
        Cut cut = cut(Grain.ELEMENTS);
        double total = 0;
        for (int i = 0; i < cut.count(); i++) {
            chunk.at(cut, i, at.step);
            chunk.loadParameters(parameters);
            chunk.loadGradient(gradient, guards.factor(chunk.tensorIndex()));
            float[] now = chunk.parameters();
            float[] slope = chunk.gradient();
            int from = chunk.flatStart();
            double sum = 0;
            for (int k = 0; k < chunk.size(); k++) {
                sum += (double) slope[k] * (now[k] - earlier[from + k]);
            }
            total += sum;
        }
        return total;
    }

    /**
     * Rewrites the network's parameters into those to evaluate with, if the optimizer has others.
     */
    void showEvaluationParameters(Optimizer optimizer) {
        Cut cut = cut(optimizer.grain());
        chunk.showSlots(0, memory.slots());
        for (int i = 0; i < cut.count(); i++) {
            chunk.at(cut, i, at.step);
            chunk.loadParameters(parameters);
            loadStates(cut, i);
            optimizer.evaluationParameters(chunk, at);
            chunk.storeParameters(parameters);
        }
    }
}
