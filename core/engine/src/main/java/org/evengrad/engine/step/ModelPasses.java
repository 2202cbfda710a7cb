package org.evengrad.engine.step;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.network.PhaseTimes;
import org.evengrad.engine.network.PhaseTimes.Phase;
import org.evengrad.engine.random.KeyedRandom;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Step;

/**
 * The passes over the flat memory of one model: statistics, guards, and kernels chunk by chunk.
 * What they share is allocated when this is made. Workers share the chunks; sums are made per chunk
 * or block and added in order, so that no result depends on how many workers there are.
 */
final class ModelPasses {
    /** Stands for no tensor, so that drawn targets are those of no chunk. */
    private static final int SAMPLED_TARGETS = -1;

    /** Stands for no tensor either: what the network draws. */
    private static final int DROPOUT = -2;

    /** So few elements are quicker copied twice than read again from native memory. */
    private static final int FEW = 256;

    final Network network;
    final FloatBuffer parameters;
    final FloatBuffer gradient;
    final Layout layout;
    final ParameterSizes sizes;
    final Statistics statistics;
    final StepState at;
    final GuardChain guards;
    final OptimizerMemory memory;
    final PhaseTimes times = new PhaseTimes();

    private final Penalties penalties;
    private final Passes passes;
    private final long seed;
    private final KeyedRandom drawn = new KeyedRandom();
    private final Cut own;
    private final Cut[] cuts = new Cut[Grain.values().length];
    private final double[] updateSumOfSquares;

    /**
     * All parameters as they were before the step. Empty if the step sees each of them once: then
     * the network has them until a piece is written back.
     */
    private final float[] before;

    /** Whether the optimizer tells how far it moves each parameter. */
    private final boolean leavesChange;

    private double[] updateParts = new double[0];
    private double[] parameterParts = new double[0];
    private double[] sumParts = new double[0];

    private final Passes.Visit updating = this::update;
    private final Passes.Visit summing = this::addUp;
    private final Passes.Visit decaying = this::decay;
    private final Passes.Visit measuring = this::measureParameters;
    private final Passes.Visit comparing = this::compare;
    private final Passes.Visit showing = this::showEvaluationParameters;

    private Batch batch;
    private boolean firstPass;
    private Cut lastCut;
    private long drawSeed;
    private boolean penalized = true;

    /** What the pass that runs is about. */
    private Step.Kernel kernel;

    private Step.Summand summand;
    private int sumCount;
    private float[] earlier;
    private Optimizer shown;

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
        sizes = new ParameterSizes(layout);
        statistics = newStatistics();
        at = new StepState(horizon);
        passes = new Passes(layout, network.workers(), at, seed);
        this.guards = new GuardChain(guards, layout, parameters, gradient, statistics, passes);
        own = new Cut(layout, optimizer.grain());
        cuts[optimizer.grain().ordinal()] = own;
        memory = new OptimizerMemory(optimizer, layout, own);
        passes.reserve(own, 0);
        boolean seesPiecesOnce = takesOnePass(optimizer) && !penalties.decays();
        before = new float[seesPiecesOnce ? 0 : layout.total()];
        leavesChange =
                seesPiecesOnce && optimizer.leavesChange() && optimizer.grain() == Grain.ELEMENTS;
        updateSumOfSquares = new double[layout.count()];
        reserveParts(own);
        measureParameters();
    }

    /** Whether an optimizer leaves the step to the interface, which runs its kernel once. */
    private static boolean takesOnePass(Optimizer optimizer) {
        try {
            return optimizer.getClass().getMethod("step", Step.class).isDefault();
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("an optimizer has a step", e);
        }
    }

    /** Room for the statistics of a gradient. */
    Statistics newStatistics() {
        return new Statistics(layout, gradient, this::parameterSumOfSquares);
    }

    /** Few guards ask; only then a step has to know. */
    private double parameterSumOfSquares(int tensor) {
        sizes.ask();
        if (!sizes.isExact(tensor)) {
            measureParameters();
        }
        return sizes.sumOfSquares(tensor);
    }

    private Cut cut(Grain grain) {
        Cut known = cuts[grain.ordinal()];
        if (known == null) {
            known = new Cut(layout, grain);
            cuts[grain.ordinal()] = known;
            passes.reserve(known, memory.slots());
            reserveParts(known);
        }
        return known;
    }

    private void reserveParts(Cut cut) {
        if (updateParts.length < cut.count()) {
            updateParts = new double[cut.count()];
            parameterParts = new double[cut.count()];
        }
    }

    /** Which examples the passes are about. */
    void batch(Batch examples) {
        batch = examples;
    }

    /** Computes the gradient at the parameters as they are, and its statistics. */
    void computeGradient() {
        penalized = true;
        drawn.key(seed, at.step, DROPOUT, 0);
        drawSeed = drawn.nextLong();
        network.drawFrom(drawSeed);
        long total = times.total();
        long began = System.nanoTime();
        at.loss = network.gradient(batch);
        network.addPhases(times);
        long done = times.addRest(Phase.NETWORK, began, total);
        statistics.measure(network, meanFactor());
        times.add(Phase.GUARDS, System.nanoTime() - done);
    }

    /** What the network drew from for the last gradient. */
    long drawSeed() {
        return drawSeed;
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
        long began = System.nanoTime();
        Outcome outcome = guards.inspect(meanFactor(), at, record);
        times.add(Phase.GUARDS, System.nanoTime() - began);
        return outcome;
    }

    /** Begins to measure how far an update moves the parameters. */
    void beginUpdate() {
        sizes.beginUpdate();
        Arrays.fill(updateSumOfSquares, 0);
        firstPass = true;
        lastCut = own;
        penalized = true;
    }

    private float meanFactor() {
        return (float) (1 / batch.terms());
    }

    /**
     * Measures the parameters to the very bits that the optimizer's own pass finds, so that a run
     * that goes on from a saved state is the same. Else that pass measures what it writes.
     */
    void measureParameters() {
        sizes.wantAll();
        measureWanted();
    }

    private void measureWanted() {
        passes.run(own, measuring);
        sizes.measured(parameterParts, own);
    }

    private void measureParameters(PassWorker worker, Cut cut, int block) {
        ModelChunk chunk = worker.chunk;
        UpdateSquares squares = worker.squares;
        int begin = 0;
        for (int i = cut.firstOf(block); i < cut.endOf(block); i++) {
            if (!sizes.isWanted(cut.tensor(i))) {
                continue;
            }
            if (cut.beginsTensor(i, block)) {
                begin = i;
                squares.begin(true);
            }
            chunk.at(cut, i, at.step);
            chunk.loadParameters(parameters);
            squares.add(chunk.parameters(), chunk.size(), chunk.parameters(), 0);
            takeParts(squares, chunk, cut, block, begin, i);
        }
    }

    /** Where a tensor ends in a block all of it counts for the last chunk. */
    private void takeParts(
            UpdateSquares squares, ModelChunk chunk, Cut cut, int block, int begin, int index) {
        updateParts[index] = 0;
        parameterParts[index] = 0;
        if (cut.endsTensor(index, block)) {
            parameterParts[index] =
                    squares.end() ? squares.parameters() : sumOfSquares(chunk, cut, begin, index);
            updateParts[index] = squares.update();
        }
    }

    private static void add(double[] parts, Cut cut, double[] sums) {
        Arrays.fill(sums, 0);
        for (int i = 0; i < cut.count(); i++) {
            sums[cut.tensor(i)] += parts[i];
        }
    }

    /**
     * Calls a kernel for every chunk, with parameters, gradient and slots, and writes back what it
     * changed.
     */
    void each(Grain grain, Step.Kernel kernel, int firstSlot) {
        Cut cut = cut(grain);
        this.kernel = kernel;
        passes.showSlots(firstSlot, memory.slots() - firstSlot);
        passes.run(cut, updating);
        add(updateParts, cut, updateSumOfSquares);
        sizes.measured(parameterParts, cut);
        firstPass = false;
        lastCut = cut;
    }

    private void update(PassWorker worker, Cut cut, int block) {
        ModelChunk chunk = worker.chunk;
        UpdateSquares squares = worker.squares;
        int begin = 0;
        for (int i = cut.firstOf(block); i < cut.endOf(block); i++) {
            if (cut.beginsTensor(i, block)) {
                begin = i;
                squares.begin(sizes.isWanted(cut.tensor(i)));
                worker.context.rate = at.rate * penalties.rateFactor(cut.tensor(i));
            }
            chunk.at(cut, i, at.step);
            load(chunk, cut, i);
            int size = chunk.size();
            if (leavesChange) {
                kernel.run(chunk, worker.context);
                squares.addChange(chunk.parameters(), chunk.gradient(), size);
            } else if (before.length == 0 && size <= FEW) {
                squares.remember(chunk.parameters(), size);
                kernel.run(chunk, worker.context);
                squares.addRemembered(chunk.parameters(), size);
            } else if (before.length == 0) {
                kernel.run(chunk, worker.context);
                // The network still has what they were.
                squares.add(chunk.parameters(), size, parameters, chunk.flatStart());
            } else {
                if (firstPass) {
                    System.arraycopy(chunk.parameters(), 0, before, chunk.flatStart(), size);
                }
                kernel.run(chunk, worker.context);
                squares.add(chunk.parameters(), size, before, chunk.flatStart());
            }
            chunk.storeParameters(parameters);
            if (cut != own) {
                chunk.storeStates(memory);
            }
            takeParts(squares, chunk, cut, block, begin, i);
        }
    }

    private double sumOfSquares(ModelChunk chunk, Cut cut, int first, int last) {
        double sum = 0;
        for (int i = first; i <= last; i++) {
            chunk.at(cut, i, at.step);
            chunk.loadParameters(parameters);
            sum += Sums.ofSquares(chunk.parameters(), chunk.size());
        }
        return sum;
    }

    /**
     * Ends an update that counts: takes off what tensors lose beside the optimizer's step, a share
     * of what they were.
     */
    void endUpdate() {
        if (penalties.decays()) {
            passes.run(cut(Grain.ELEMENTS), decaying);
        }
        boolean movedFar = sizes.endUpdate(updateSumOfSquares);
        if (penalties.decays() || lastCut != own) {
            measureParameters();
        } else if (movedFar) {
            measureWanted();
        }
    }

    private void decay(PassWorker worker, Cut cut, int block) {
        ModelChunk chunk = worker.chunk;
        for (int i = cut.firstOf(block); i < cut.endOf(block); i++) {
            chunk.at(cut, i, at.step);
            chunk.loadParameters(parameters);
            float share = penalties.decayShare(cut.tensor(i), at.rate);
            if (share != 0) {
                chunk.subtract(share, before);
                chunk.storeParameters(parameters);
            }
        }
    }

    private void load(ModelChunk chunk, Cut cut, int index) {
        int tensor = cut.tensor(index);
        chunk.loadParameters(parameters);
        chunk.loadGradient(gradient, guards.factor(tensor));
        if (penalized) {
            chunk.addPenalties(penalties.l1()[tensor], penalties.l2()[tensor]);
        }
        loadStates(chunk, cut, index);
    }

    private void loadStates(ModelChunk chunk, Cut cut, int index) {
        if (cut == own) {
            chunk.showStates(memory, index);
        } else {
            chunk.loadStates(memory);
        }
    }

    /** Adds up numbers over the model; writes nothing back. */
    void sums(Grain grain, Step.Summand summand, double[] sums, int firstSlot) {
        Cut cut = cut(grain);
        this.summand = summand;
        sumCount = sums.length;
        if (sumParts.length < cut.blocks() * sumCount) {
            sumParts = new double[cut.blocks() * sumCount];
        }
        passes.showSlots(firstSlot, memory.slots() - firstSlot);
        passes.run(cut, summing);
        Arrays.fill(sums, 0);
        for (int i = 0; i < cut.blocks() * sumCount; i++) {
            sums[i % sumCount] += sumParts[i];
        }
    }

    private void addUp(PassWorker worker, Cut cut, int block) {
        ModelChunk chunk = worker.chunk;
        double[] sums = worker.sums(sumCount);
        for (int i = cut.firstOf(block); i < cut.endOf(block); i++) {
            chunk.at(cut, i, at.step);
            load(chunk, cut, i);
            worker.context.rate = at.rate;
            summand.add(chunk, worker.context, sums);
        }
        System.arraycopy(sums, 0, sumParts, block * sumCount, sumCount);
    }

    /**
     * The gradient, after the guards and without penalties, times how far the parameters are from
     * where they were.
     *
     * @param earlier all parameters, flat
     */
    double linearChange(float[] earlier) {
        Cut cut = cut(Grain.ELEMENTS);
        this.earlier = earlier;
        passes.run(cut, comparing);
        double total = 0;
        for (int i = 0; i < cut.count(); i++) {
            total += updateParts[i];
        }
        return total;
    }

    private void compare(PassWorker worker, Cut cut, int block) {
        ModelChunk chunk = worker.chunk;
        for (int i = cut.firstOf(block); i < cut.endOf(block); i++) {
            chunk.at(cut, i, at.step);
            chunk.loadParameters(parameters);
            chunk.loadGradient(gradient, guards.factor(cut.tensor(i)));
            float[] now = chunk.parameters();
            float[] slope = chunk.gradient();
            int from = chunk.flatStart();
            double sum = 0;
            for (int k = 0; k < chunk.size(); k++) {
                sum += (double) slope[k] * (now[k] - earlier[from + k]);
            }
            updateParts[i] = sum;
        }
    }

    /**
     * Rewrites the network's parameters into those to evaluate with, if the optimizer has others.
     */
    void showEvaluationParameters(Optimizer optimizer) {
        shown = optimizer;
        passes.showSlots(0, memory.slots());
        passes.run(cut(optimizer.grain()), showing);
    }

    private void showEvaluationParameters(PassWorker worker, Cut cut, int block) {
        ModelChunk chunk = worker.chunk;
        worker.context.rate = at.rate;
        for (int i = cut.firstOf(block); i < cut.endOf(block); i++) {
            chunk.at(cut, i, at.step);
            chunk.loadParameters(parameters);
            loadStates(chunk, cut, i);
            shown.evaluationParameters(chunk, worker.context);
            chunk.storeParameters(parameters);
        }
    }
}
