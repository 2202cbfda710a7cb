package org.evengrad.engine.data;

import java.util.Arrays;
import org.evengrad.config.DataConfig.Split;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * Deals rows out to the parts: test first, then validation, then train. Within a part, rows keep
 * the order of the data set.
 */
final class Splitter {
    private final Dataset dataset;
    private final PartSizes sizes;
    private final long seed;

    Splitter(Dataset dataset, PartSizes sizes, long seed) {
        this.dataset = dataset;
        this.sizes = sizes;
        this.seed = seed;
    }

    /**
     * Splits.
     *
     * @throws InvalidInputException if a split by classes is asked of data that has none
     */
    Parts split(Split split) {
        return switch (split) {
            case RANDOM -> random();
            case STRATIFIED -> stratified();
            case TIME -> inTime();
        };
    }

    private Parts random() {
        int[] rows = dataset.all().rows();
        new Draws(seed, Draws.Purpose.SPLIT, 0).shuffle(rows);
        int validationEnd = sizes.test() + sizes.validation();
        return new Parts(
                part(Arrays.copyOfRange(rows, validationEnd, validationEnd + sizes.train())),
                part(Arrays.copyOfRange(rows, sizes.test(), validationEnd)),
                part(Arrays.copyOf(rows, sizes.test())));
    }

    /** Training takes the first rows, validation those behind it, test the last ones. */
    private Parts inTime() {
        int[] rows = dataset.all().rows();
        int validationEnd = sizes.train() + sizes.validation();
        return new Parts(
                part(Arrays.copyOf(rows, sizes.train())),
                part(Arrays.copyOfRange(rows, sizes.train(), validationEnd)),
                part(Arrays.copyOfRange(rows, rows.length - sizes.test(), rows.length)));
    }

    private Parts stratified() {
        if (dataset.task() == Task.REGRESSION) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.split",
                            "stratified needs classes, but the targets are numbers; use random or"
                                    + " time"));
        }
        int[][] rowsOfClass = shuffledRowsOfClasses();
        int[] taken = new int[rowsOfClass.length];
        DataPart test = part(take(sizes.test(), rowsOfClass, taken));
        DataPart validation = part(take(sizes.validation(), rowsOfClass, taken));
        DataPart train = part(take(sizes.train(), rowsOfClass, taken));
        return new Parts(train, validation, test);
    }

    private int[][] shuffledRowsOfClasses() {
        int[] size = new int[dataset.classes().size()];
        for (float target : dataset.targets()) {
            size[(int) target]++;
        }
        int[][] rowsOfClass = new int[size.length][];
        for (int label = 0; label < size.length; label++) {
            rowsOfClass[label] = new int[size[label]];
        }
        for (int row = dataset.rows() - 1; row >= 0; row--) {
            int label = (int) dataset.targets()[row];
            rowsOfClass[label][--size[label]] = row;
        }
        for (int label = 0; label < size.length; label++) {
            new Draws(seed, Draws.Purpose.SPLIT, label).shuffle(rowsOfClass[label]);
        }
        return rowsOfClass;
    }

    /** Takes rows that are not taken yet, from each class in proportion to what it has left. */
    private static int[] take(int count, int[][] rowsOfClass, int[] taken) {
        int[] left = new int[taken.length];
        for (int label = 0; label < left.length; label++) {
            left[label] = rowsOfClass[label].length - taken[label];
        }
        int[] shares = shares(left, count);
        int[] rows = new int[count];
        int next = 0;
        for (int label = 0; label < left.length; label++) {
            System.arraycopy(rowsOfClass[label], taken[label], rows, next, shares[label]);
            next += shares[label];
            taken[label] += shares[label];
        }
        return rows;
    }

    /**
     * Divides a count in proportion to sizes, by largest remainder; of equal remainders the first
     * wins.
     *
     * @param count at most the sum of the sizes
     * @return for each size at most as much; the sum is the count
     */
    static int[] shares(int[] sizes, int count) {
        long sum = Arrays.stream(sizes).asLongStream().sum();
        int[] shares = new int[sizes.length];
        if (count == 0) {
            return shares;
        }
        long[] remainders = new long[sizes.length];
        int open = count;
        for (int i = 0; i < sizes.length; i++) {
            long product = (long) sizes[i] * count;
            shares[i] = (int) (product / sum);
            remainders[i] = product % sum;
            open -= shares[i];
        }
        for (; open > 0; open--) {
            int largest = 0;
            for (int i = 1; i < remainders.length; i++) {
                if (remainders[i] > remainders[largest]) {
                    largest = i;
                }
            }
            shares[largest]++;
            remainders[largest] = -1;
        }
        return shares;
    }

    private DataPart part(int[] rows) {
        Arrays.sort(rows);
        return new DataPart(dataset, rows);
    }

    /** The three parts; validation and test may be empty. */
    record Parts(DataPart train, DataPart validation, DataPart test) {}
}
