package org.evengrad.engine.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.evengrad.config.DataConfig.Split;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * Deals rows out to the parts: test first, then validation, then train. Within a part, rows keep
 * the order of the data set.
 */
final class Splitter {
    private static final int NONE = 0;
    private static final int TRAIN = 1;
    private static final int VALIDATION = 2;
    private static final int TEST = 3;

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
     * @throws InvalidInputException if a split by classes or groups is asked of data that has none,
     *     or there are too few groups
     */
    Parts split(Split split) {
        return switch (split) {
            case RANDOM -> random();
            case STRATIFIED -> stratified();
            case TIME -> inTime();
            case GROUP -> byGroup();
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
        if (dataset.times().isPresent()) {
            double[] times = dataset.times().get();
            rows =
                    Arrays.stream(rows)
                            .boxed()
                            .sorted(Comparator.comparingDouble(row -> times[row]))
                            .mapToInt(Integer::intValue)
                            .toArray();
        }
        int validationEnd = sizes.train() + sizes.validation();
        return new Parts(
                part(Arrays.copyOf(rows, sizes.train())),
                part(Arrays.copyOfRange(rows, sizes.train(), validationEnd)),
                part(Arrays.copyOfRange(rows, rows.length - sizes.test(), rows.length)));
    }

    /**
     * Deals out whole groups in random order: a part takes each group that still fits, and at least
     * the smallest. So a part may have fewer rows than asked for, or more if all groups are larger.
     */
    private Parts byGroup() {
        int[] groups =
                dataset.groups()
                        .orElseThrow(
                                () ->
                                        invalid(
                                                "data.group",
                                                "missing; split = group needs the name of the"
                                                        + " column that says which rows belong"
                                                        + " together, in a source = csv or"
                                                        + " sequence-csv"));
        int[] size = new int[Arrays.stream(groups).max().orElseThrow() + 1];
        for (int group : groups) {
            size[group]++;
        }
        int[] order = IntStream.range(0, size.length).filter(group -> size[group] > 0).toArray();
        int parts = 1 + (sizes.test() > 0 ? 1 : 0) + (sizes.validation() > 0 ? 1 : 0);
        if (order.length < parts) {
            throw invalid(
                    "data.group",
                    String.format(
                            "%d groups are too few for %d parts (train, validation, test)",
                            order.length, parts));
        }
        new Draws(seed, Draws.Purpose.SPLIT, 0).shuffle(order);
        int[] partOfGroup = new int[size.length];
        takeGroups(sizes.test(), order, size, partOfGroup, TEST);
        takeGroups(sizes.validation(), order, size, partOfGroup, VALIDATION);
        boolean all = sizes.train() + sizes.validation() + sizes.test() == groups.length;
        takeGroups(all ? groups.length : sizes.train(), order, size, partOfGroup, TRAIN);
        return new Parts(
                rowsOf(TRAIN, groups, partOfGroup),
                rowsOf(VALIDATION, groups, partOfGroup),
                rowsOf(TEST, groups, partOfGroup));
    }

    /** Gives groups that no part has yet to a part of so many rows. */
    private static void takeGroups(int rows, int[] order, int[] size, int[] partOfGroup, int part) {
        int taken = 0;
        int smallest = -1;
        for (int group : order) {
            if (partOfGroup[group] != NONE || rows == 0) {
                continue;
            }
            if (taken + size[group] <= rows) {
                partOfGroup[group] = part;
                taken += size[group];
            } else if (smallest < 0 || size[group] < size[smallest]) {
                smallest = group;
            }
        }
        if (taken == 0 && smallest >= 0) {
            partOfGroup[smallest] = part;
        }
    }

    private DataPart rowsOf(int part, int[] groups, int[] partOfGroup) {
        return part(
                IntStream.range(0, groups.length)
                        .filter(row -> partOfGroup[groups[row]] == part)
                        .toArray());
    }

    private Parts stratified() {
        if (dataset.task() != Task.CLASSIFICATION) {
            throw invalid(
                    "data.split",
                    "stratified needs classes, but the targets are numbers; use random or time");
        }
        if (dataset.targetSteps() > 1) {
            throw invalid(
                    "data.split",
                    "stratified needs one class for each row, but each step has its own; use"
                            + " random or time");
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
        for (int row = 0; row < dataset.rows(); row++) {
            size[(int) dataset.targets().get(row, 0)]++;
        }
        int[][] rowsOfClass = new int[size.length][];
        for (int label = 0; label < size.length; label++) {
            rowsOfClass[label] = new int[size[label]];
        }
        for (int row = dataset.rows() - 1; row >= 0; row--) {
            int label = (int) dataset.targets().get(row, 0);
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

    private static InvalidInputException invalid(String key, String message) {
        return new InvalidInputException(Problem.ofKey(key, message));
    }

    private DataPart part(int[] rows) {
        Arrays.sort(rows);
        return new DataPart(dataset, rows);
    }

    /** The three parts; validation and test may be empty. */
    record Parts(DataPart train, DataPart validation, DataPart test) {}
}
