package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.evengrad.config.DataConfig.Split;
import org.evengrad.config.DataConfig.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SplitterTest {
    private static final long SEED = 42;

    @ParameterizedTest
    @EnumSource(value = Split.class, mode = EnumSource.Mode.EXCLUDE, names = "GROUP")
    void putsEachRowIntoOnePart(Split split) {
        Splitter.Parts parts = split(classes(50, 30, 20), new PartSizes(70, 10, 20), split, SEED);

        assertEquals(70, parts.train().size());
        assertEquals(10, parts.validation().size());
        assertEquals(20, parts.test().size());
        int[] all =
                IntStream.concat(
                                Arrays.stream(parts.train().rows()),
                                IntStream.concat(
                                        Arrays.stream(parts.validation().rows()),
                                        Arrays.stream(parts.test().rows())))
                        .sorted()
                        .toArray();
        assertArrayEquals(IntStream.range(0, 100).toArray(), all);
    }

    @ParameterizedTest
    @EnumSource(value = Split.class, mode = EnumSource.Mode.EXCLUDE, names = "GROUP")
    void aPartKeepsTheOrderOfTheData(Split split) {
        Splitter.Parts parts = split(classes(50, 30, 20), new PartSizes(70, 10, 20), split, SEED);

        int[] sorted = parts.train().rows().clone();
        Arrays.sort(sorted);
        assertArrayEquals(sorted, parts.train().rows());
    }

    @Test
    void stratifiedKeepsTheSharesOfTheClasses() {
        Splitter.Parts parts =
                split(classes(50, 30, 20), new PartSizes(70, 10, 20), Split.STRATIFIED, SEED);

        assertArrayEquals(new int[] {10, 6, 4}, classCounts(parts.test()));
        assertArrayEquals(new int[] {5, 3, 2}, classCounts(parts.validation()));
        assertArrayEquals(new int[] {35, 21, 14}, classCounts(parts.train()));
    }

    @Test
    void stratifiedKeepsTheSharesWhenRowsAreLeftOver() {
        Splitter.Parts parts =
                split(classes(50, 30, 20), new PartSizes(20, 10, 10), Split.STRATIFIED, SEED);

        assertArrayEquals(new int[] {5, 3, 2}, classCounts(parts.test()));
        assertArrayEquals(new int[] {10, 6, 4}, classCounts(parts.train()));
    }

    @Test
    void stratifiedCopesWithAClassOfOneRowAndAnEmptyOne() {
        Splitter.Parts parts =
                split(classes(97, 1, 0, 2), new PartSizes(80, 0, 20), Split.STRATIFIED, SEED);

        assertArrayEquals(new int[] {20, 0, 0, 0}, classCounts(parts.test()));
        assertArrayEquals(new int[] {77, 1, 0, 2}, classCounts(parts.train()));
    }

    @Test
    void sharesGoToTheLargestRemainders() {
        // Exact shares: 2.5, 1.25, 1.25; the first remainder is the largest.
        assertArrayEquals(new int[] {3, 1, 1}, Splitter.shares(new int[] {10, 5, 5}, 5));
        // Exact shares: 0.75, 0.75, 0.5.
        assertArrayEquals(new int[] {1, 1, 0}, Splitter.shares(new int[] {3, 3, 2}, 2));
        assertArrayEquals(new int[] {3, 3, 2}, Splitter.shares(new int[] {3, 3, 2}, 8));
        assertArrayEquals(new int[] {0, 0}, Splitter.shares(new int[] {0, 0}, 0));
    }

    @Test
    void timeTrainsOnTheFirstRowsAndTestsOnTheLast() {
        Splitter.Parts parts = split(classes(6, 4), new PartSizes(4, 2, 3), Split.TIME, SEED);

        assertArrayEquals(new int[] {0, 1, 2, 3}, parts.train().rows());
        assertArrayEquals(new int[] {4, 5}, parts.validation().rows());
        assertArrayEquals(new int[] {7, 8, 9}, parts.test().rows());
    }

    @Test
    void timeSortsRowsByTheirTimes() {
        double[] times = {5, 1, 4, 1.5, -3, 9};

        Splitter.Parts parts =
                split(rows(new int[6], times), new PartSizes(3, 1, 2), Split.TIME, SEED);

        assertArrayEquals(new int[] {1, 3, 4}, parts.train().rows());
        assertArrayEquals(new int[] {2}, parts.validation().rows());
        assertArrayEquals(new int[] {0, 5}, parts.test().rows());
    }

    @Test
    void noGroupIsInTwoParts() {
        int[] groups = IntStream.range(0, 200).map(row -> row * row % 37).toArray();
        Dataset data = rows(groups, new double[200]);

        for (long seed = 0; seed < 20; seed++) {
            Splitter.Parts parts = split(data, new PartSizes(140, 20, 40), Split.GROUP, seed);

            Set<Integer> train = groupsOf(parts.train(), groups);
            Set<Integer> validation = groupsOf(parts.validation(), groups);
            Set<Integer> test = groupsOf(parts.test(), groups);
            assertTrue(Collections.disjoint(train, validation));
            assertTrue(Collections.disjoint(train, test));
            assertTrue(Collections.disjoint(validation, test));
            assertEquals(
                    200, parts.train().size() + parts.validation().size() + parts.test().size());
            assertTrue(parts.test().size() <= 40 && parts.test().size() > 30);
            assertTrue(parts.validation().size() <= 20 && parts.validation().size() > 10);
        }
    }

    @Test
    void aPartGetsTheSmallestGroupIfNoneFits() {
        int[] groups = {0, 0, 0, 0, 1, 1, 1, 2, 2};

        Splitter.Parts parts =
                split(rows(groups, new double[9]), new PartSizes(7, 1, 1), Split.GROUP, SEED);

        assertArrayEquals(new int[] {7, 8}, parts.test().rows());
        assertArrayEquals(new int[] {4, 5, 6}, parts.validation().rows());
        assertArrayEquals(new int[] {0, 1, 2, 3}, parts.train().rows());
    }

    @Test
    void aCountForTrainLeavesGroupsOut() {
        int[] groups = {0, 0, 0, 1, 1, 1, 2, 2, 2};

        Splitter.Parts parts =
                split(rows(groups, new double[9]), new PartSizes(4, 0, 3), Split.GROUP, SEED);

        assertEquals(3, parts.train().size());
        assertEquals(3, parts.test().size());
    }

    @Test
    void refusesGroupsThatCannotFillTheParts() {
        PartSizes sizes = new PartSizes(2, 1, 1);
        assertEquals(
                List.of("data.group: 2 groups are too few for 3 parts (train, validation, test)"),
                Configs.problems(
                        () ->
                                split(
                                        rows(new int[] {0, 0, 1, 1}, new double[4]),
                                        sizes,
                                        Split.GROUP,
                                        SEED)));
        assertEquals(
                List.of(
                        "data.group: missing; split = group needs the name of the column that says"
                                + " which rows belong together, in a source = csv or"
                                + " sequence-csv"),
                Configs.problems(() -> split(numbers(), sizes, Split.GROUP, SEED)));
    }

    private static Set<Integer> groupsOf(DataPart part, int[] groups) {
        return Arrays.stream(part.rows()).mapToObj(row -> groups[row]).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @EnumSource(names = {"RANDOM", "STRATIFIED", "GROUP"})
    void theSeedAloneDecides(Split split) {
        PartSizes sizes = new PartSizes(70, 10, 20);
        int[] first = split(classes(50, 50), sizes, split, SEED).train().rows();

        assertArrayEquals(first, split(classes(50, 50), sizes, split, SEED).train().rows());
        assertFalse(
                Arrays.equals(
                        first, split(classes(50, 50), sizes, split, SEED + 1).train().rows()));
    }

    @Test
    void refusesToStratifyNumbers() {
        Dataset data = numbers();

        assertEquals(
                List.of(
                        "data.split: stratified needs classes, but the targets are numbers; use"
                                + " random or time"),
                Configs.problems(
                        () -> split(data, new PartSizes(3, 0, 1), Split.STRATIFIED, SEED)));
    }

    private static Dataset numbers() {
        return new Dataset(
                new float[4],
                4,
                List.of(1),
                new float[4],
                1,
                Task.REGRESSION,
                List.of(),
                List.of("x"));
    }

    private static Splitter.Parts split(Dataset data, PartSizes sizes, Split split, long seed) {
        return new Splitter(data, sizes, seed).split(split);
    }

    /**
     * Rows of class 0 first, then those of class 1, and so on; ten rows after another are a group.
     */
    private static Dataset classes(int... counts) {
        float[] targets = new float[Arrays.stream(counts).sum()];
        int row = 0;
        for (int label = 0; label < counts.length; label++) {
            Arrays.fill(targets, row, row += counts[label], label);
        }
        return new Dataset(
                FloatTable.of(new float[targets.length], 1),
                List.of(1),
                0,
                Optional.empty(),
                FloatTable.of(targets, 1),
                1,
                Task.CLASSIFICATION,
                IntStream.range(0, counts.length).mapToObj(Integer::toString).toList(),
                List.of("x"),
                Optional.of(IntStream.range(0, targets.length).map(i -> i / 10).toArray()),
                Optional.empty());
    }

    /** Rows of one feature with groups and times. */
    private static Dataset rows(int[] groups, double[] times) {
        return new Dataset(
                FloatTable.of(new float[times.length], 1),
                List.of(1),
                0,
                Optional.empty(),
                FloatTable.of(new float[times.length], 1),
                1,
                Task.REGRESSION,
                List.of(),
                List.of("x"),
                Optional.of(groups),
                Optional.of(times));
    }

    private static int[] classCounts(DataPart part) {
        int[] counts = new int[part.dataset().classes().size()];
        for (int row : part.rows()) {
            counts[(int) part.dataset().targets().get(row, 0)]++;
        }
        return counts;
    }
}
