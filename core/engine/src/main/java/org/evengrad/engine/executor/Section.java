package org.evengrad.engine.executor;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.engine.executor.Pass.Mode;
import org.evengrad.engine.parallel.Workers;

/**
 * Runs some layers apart from the network that they are of, to see what goes in and out. No
 * gradient of weights is computed, and nothing is learned. Batches are normalized by themselves.
 *
 * <p>For one thread, beside its workers.
 */
public final class Section {
    /** Multiplications below which waking other threads costs more. */
    private static final long WORTH_SHARING = 1_000_000;

    private final Program program;
    private final Memory memory;
    private final Layer[] layers;
    private final boolean walksTime;
    private final Pass pass = new Pass();
    private final Workers.Task forward = this::forward;
    private final Workers.Task backward = this::backward;
    private Shard[] shards = new Shard[0];
    private int rows = -1;
    private int steps = -1;

    /** What sections that run one behind the other compute with: threads, and their memory. */
    public static final class Memory {
        private final Workers workers;
        private final Worker[] each;
        private final List<Floats> blocks = new ArrayList<>();

        /** For some workers. */
        public Memory(Workers workers) {
            this.workers = workers;
            each = new Worker[workers.count()];
        }

        private Worker worker(int index) {
            if (each[index] == null) {
                each[index] = new Worker(index, workers);
            }
            return each[index];
        }

        private Floats block(int index, long size) {
            while (blocks.size() <= index) {
                blocks.add(Floats.allocate(0));
            }
            if (blocks.get(index).size() < size) {
                blocks.set(index, Floats.allocate(size));
            }
            return blocks.get(index);
        }
    }

    /**
     * Prepares to run a program without its loss.
     *
     * @param program all of whose layers have been added
     * @param memory for its values, which hold until another section begins with it
     */
    public Section(Program program, Memory memory) {
        this.program = program;
        this.memory = memory;
        program.layers().forEach(Layer::connect);
        layers = program.layers().toArray(new Layer[0]);
        walksTime = program.values().stream().anyMatch(Value::isSequence);
    }

    /**
     * Makes room for a batch. What the first values hold is then to be written.
     *
     * @param examples how many, and their masks; features and targets are not read
     */
    public void begin(Examples examples) {
        pass.begin(examples, Mode.PROBE, 0, -1);
        cut(examples);
        pass.cutInto(shards.length);
        for (int i = 0; i < program.values().size(); i++) {
            Value value = program.values().get(i);
            long size = value.size(rows, steps);
            value.borrow(memory.block(2 * i, size), memory.block(2 * i + 1, size));
        }
        for (Layer layer : layers) {
            layer.prepare(pass);
        }
    }

    private void cut(Examples examples) {
        if (examples.rows() == rows && examples.steps() == steps) {
            return;
        }
        rows = examples.rows();
        steps = examples.steps();
        long work = 0;
        for (Layer layer : layers) {
            work += layer.work(steps) * rows;
        }
        // In one shard, sequences lie step by step.
        int count = memory.workers.count();
        boolean alone = walksTime || work < WORTH_SHARING || rows < count;
        shards = new Shard[alone ? 1 : count];
        for (int i = 0; i < shards.length; i++) {
            shards[i] = new Shard(i, shards.length, rows, steps, memory.worker(i));
        }
    }

    /** Computes all values from the first. */
    public void forward() {
        run(forward);
    }

    /** Computes the errors of all values from that of the last. */
    public void backward() {
        run(backward);
    }

    private void run(Workers.Task task) {
        if (shards.length == 1) {
            task.run(0);
        } else {
            memory.workers.run(task);
        }
    }

    private void forward(int worker) {
        for (Layer layer : layers) {
            layer.forward(pass, shards[worker]);
        }
    }

    private void backward(int worker) {
        for (int i = layers.length - 1; i >= 0; i--) {
            layers[i].backward(pass, shards[worker]);
        }
    }
}
