package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Step;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Tensor;

/**
 * A whole model on the heap that trains as an engine does: it computes the gradient of an {@link
 * Objective}, cuts tensors into chunks, and owns what an optimizer remembers. It fails a kernel
 * that writes where it must not: beyond its chunk, into the gradient unless the optimizer leaves
 * the change there, and, in a sum, anywhere.
 *
 * @since 0.1.0
 */
public final class ArrayModel {
    /** How many examples each batch has. */
    public static final int BATCH_SIZE = 8;

    /** Elements in a chunk, where the grain allows a choice, in the engine. */
    public static final int CHUNK = 4096;

    private final Optimizer optimizer;
    private final List<ArrayTensor> tensors = new ArrayList<>();
    private final double[] scalars;
    private final int chunkSize;
    private final At at = new At();
    private Objective batch;
    private boolean refusesGradients;
    private boolean refused;
    private boolean usedSums;

    /**
     * A model that no step has changed.
     *
     * @param layout its tensors
     * @param start the first values of each, copied
     * @param optimizer what trains it
     * @param chunkSize elements in a chunk, where the grain allows a choice
     */
    public ArrayModel(List<Tensor> layout, float[][] start, Optimizer optimizer, int chunkSize) {
        this.optimizer = optimizer;
        this.chunkSize = chunkSize;
        scalars = new double[optimizer.scalars()];
        for (int t = 0; t < layout.size(); t++) {
            tensors.add(new ArrayTensor(layout.get(t), start[t], optimizer.slots()));
        }
    }

    /** A model that no step has changed, cut as the engine does. */
    public ArrayModel(List<Tensor> layout, float[][] start, Optimizer optimizer) {
        this(layout, start, optimizer, CHUNK);
    }

    /**
     * Takes one step.
     *
     * @return false if a gradient was refused that the optimizer asked for; then it is no update
     */
    public boolean run(Objective objective, double rate) {
        batch = objective;
        at.rate = rate;
        refused = false;
        computeGradient();
        optimizer.step(new ArrayStep(0, 0));
        at.step++;
        if (!refused) {
            at.updates++;
        }
        return !refused;
    }

    /** Counts a batch that a guard refused, so that steps and updates differ. */
    public void skip() {
        at.step++;
    }

    /** Whether a guard refuses each gradient that the optimizer asks for within its step. */
    public void refuseGradients(boolean refuse) {
        refusesGradients = refuse;
    }

    /** Whether the optimizer has added up numbers over the model. */
    public boolean usedSums() {
        return usedSums;
    }

    /** A copy of the parameters. */
    public float[][] parameters() {
        return rows(tensor -> tensor.parameters().clone());
    }

    /** A copy of the parameters to evaluate with. */
    public float[][] evaluationParameters() {
        float[][] shown = new float[tensors.size()][];
        for (int t = 0; t < shown.length; t++) {
            ArrayTensor tensor = tensors.get(t);
            float[] trained = tensor.parameters().clone();
            float[] gradient = tensor.gradient().clone();
            Arrays.fill(tensor.gradient(), Float.NaN);
            tensor.each(
                    size(tensor, optimizer.grain()),
                    chunk -> optimizer.evaluationParameters(chunk, at));
            shown[t] = tensor.parameters().clone();
            System.arraycopy(trained, 0, tensor.parameters(), 0, trained.length);
            tensor.gradient(gradient);
        }
        return shown;
    }

    /** A copy of a slot. */
    public float[][] slot(int slot) {
        return rows(tensor -> tensor.state(slot).clone());
    }

    /** A number that the optimizer remembers for the whole model. */
    public double scalar(int index) {
        return scalars[index];
    }

    /** Where training stands. */
    public StepContext at() {
        return at;
    }

    /** Everything that the next step depends on. */
    public Saved save() {
        float[][][] slots = new float[optimizer.slots()][][];
        for (int slot = 0; slot < slots.length; slot++) {
            slots[slot] = slot(slot);
        }
        return new Saved(at.step, at.updates, at.rate, parameters(), slots, scalars.clone());
    }

    /** Goes on where another model of the same layout and optimizer was saved. */
    public void restore(Saved saved) {
        at.step = saved.step;
        at.updates = saved.updates;
        at.rate = saved.rate;
        System.arraycopy(saved.scalars, 0, scalars, 0, scalars.length);
        for (int t = 0; t < tensors.size(); t++) {
            ArrayTensor tensor = tensors.get(t);
            int size = tensor.tensor().size();
            System.arraycopy(saved.parameters[t], 0, tensor.parameters(), 0, size);
            for (int slot = 0; slot < saved.slots.length; slot++) {
                System.arraycopy(saved.slots[slot][t], 0, tensor.state(slot), 0, size);
            }
        }
    }

    /** A state of training. */
    public static final class Saved {
        private final long step;
        private final long updates;
        private final double rate;
        private final float[][] parameters;
        private final float[][][] slots;
        private final double[] scalars;

        private Saved(
                long step,
                long updates,
                double rate,
                float[][] parameters,
                float[][][] slots,
                double[] scalars) {
            this.step = step;
            this.updates = updates;
            this.rate = rate;
            this.parameters = parameters;
            this.slots = slots;
            this.scalars = scalars;
        }
    }

    private float[][] rows(Function<ArrayTensor, float[]> row) {
        return tensors.stream().map(row).toArray(float[][]::new);
    }

    private double[][] exactParameters() {
        return tensors.stream()
                .map(tensor -> doubles(tensor.parameters()))
                .toArray(double[][]::new);
    }

    private void computeGradient() {
        double[][] parameters = exactParameters();
        at.loss = batch.loss(parameters);
        at.gradientNorm = write(batch.gradient(parameters));
    }

    /** Makes it the gradient, and gives its norm. */
    private double write(double[][] gradient) {
        double squares = 0;
        for (int t = 0; t < gradient.length; t++) {
            float[] to = tensors.get(t).gradient();
            for (int i = 0; i < to.length; i++) {
                to[i] = (float) gradient[t][i];
                squares += (double) to[i] * to[i];
            }
        }
        return Math.sqrt(squares);
    }

    /** How many elements a chunk has. */
    private int size(ArrayTensor tensor, Grain grain) {
        int smallest = tensor.smallestChunk(grain);
        return grain == Grain.TENSORS ? smallest : smallest * Math.max(1, chunkSize / smallest);
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    /** The step that an optimizer sees, from a first slot and scalar on. */
    private final class ArrayStep implements Step {
        private final int firstSlot;
        private final int firstScalar;
        private double[] sums = new double[0];

        ArrayStep(int firstSlot, int firstScalar) {
            this.firstSlot = firstSlot;
            this.firstScalar = firstScalar;
        }

        @Override
        public StepContext at() {
            return at;
        }

        @Override
        public double scalar(int index) {
            return scalars[scalarAt(index)];
        }

        @Override
        public void scalar(int index, double value) {
            scalars[scalarAt(index)] = value;
        }

        private int scalarAt(int index) {
            return firstScalar + Objects.checkIndex(index, scalars.length - firstScalar);
        }

        @Override
        public boolean gradient() {
            computeGradient();
            refused |= refusesGradients;
            return !refusesGradients;
        }

        @Override
        public void sampledGradient() {
            write(batch.sampledGradient(exactParameters()));
        }

        @Override
        public double loss() {
            return batch.loss(exactParameters());
        }

        @Override
        public void apply(Optimizer other) {
            each(other.grain(), other::update, other.leavesChange());
        }

        @Override
        public void each(Grain grain, Kernel kernel) {
            each(grain, kernel, false);
        }

        private void each(Grain grain, Kernel kernel, boolean leavesChange) {
            for (ArrayTensor tensor : tensors) {
                tensor.each(
                        size(tensor, grain),
                        whole -> {
                            float[] gradient = whole.gradient().clone();
                            float[] before = whole.parameters().clone();
                            kernel.run(visible(whole), at);
                            if (leavesChange) {
                                assertChange(before, whole);
                                System.arraycopy(gradient, 0, whole.gradient(), 0, whole.size());
                            }
                            assertArrayEquals(gradient, whole.gradient(), "the gradient changed");
                        });
            }
        }

        private void assertChange(float[] before, Chunk whole) {
            for (int i = 0; i < whole.size(); i++) {
                float change = before[i] - whole.parameters()[i];
                assertEquals(change, whole.gradient()[i], "the change of element " + i);
            }
        }

        @Override
        public double[] sums(Grain grain, int count, Summand summand) {
            usedSums = true;
            if (sums.length != count) {
                sums = new double[count];
            }
            Arrays.fill(sums, 0);
            for (ArrayTensor tensor : tensors) {
                tensor.each(
                        size(tensor, grain),
                        whole -> {
                            float[][] before = arrays(whole);
                            summand.add(visible(whole), at, sums);
                            assertArrayEquals(before, arrays(whole), "a sum changed its chunk");
                        });
            }
            return sums;
        }

        private float[][] arrays(Chunk whole) {
            float[][] arrays = new float[optimizer.slots() + 2][];
            arrays[0] = whole.parameters().clone();
            arrays[1] = whole.gradient().clone();
            for (int slot = 0; slot < optimizer.slots(); slot++) {
                arrays[slot + 2] = whole.state(slot).clone();
            }
            return arrays;
        }

        private Chunk visible(Chunk whole) {
            float[][] slots = new float[optimizer.slots() - firstSlot][];
            for (int slot = 0; slot < slots.length; slot++) {
                slots[slot] = whole.state(firstSlot + slot);
            }
            return new ArrayChunk(
                    whole.tensor(),
                    whole.start(),
                    whole.size(),
                    whole.parameters(),
                    whole.gradient(),
                    slots);
        }

        @Override
        public Step inner(int slotsToSkip, int scalarsToSkip) {
            return new ArrayStep(firstSlot + slotsToSkip, firstScalar + scalarsToSkip);
        }
    }

    /** Where training stands; the one object behind every {@link StepContext}. */
    private static final class At implements StepContext {
        private static final Horizon HORIZON = new Horizon(20_000, 100);

        private long step;
        private long updates;
        private double rate;
        private double loss;
        private double gradientNorm;

        @Override
        public long step() {
            return step;
        }

        @Override
        public long updates() {
            return updates;
        }

        @Override
        public int epoch() {
            return Math.toIntExact(step / HORIZON.stepsPerEpoch());
        }

        @Override
        public int batchSize() {
            return ArrayModel.BATCH_SIZE;
        }

        @Override
        public double rate() {
            return rate;
        }

        @Override
        public double loss() {
            return loss;
        }

        @Override
        public double gradientNorm() {
            return gradientNorm;
        }

        @Override
        public Horizon horizon() {
            return HORIZON;
        }
    }
}
