package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.evengrad.config.DataConfig.Label;
import org.evengrad.config.DataConfig.Missing;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.DataConfig.Source.Csv;
import org.evengrad.config.DataConfig.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvDataTest {
    @TempDir Path folder;

    @Test
    void readsAHeaderNumbersAndClasses() throws IOException {
        Dataset data = read("width,height,kind\n1,2,b\n3.5,-4e1,a\n.5,+6.,b\n");

        assertArrayEquals(new float[] {1, 2, 3.5f, -40, 0.5f, 6}, Configs.floats(data.features()));
        assertArrayEquals(new float[] {1, 0, 1}, Configs.floats(data.targets()));
        assertEquals(List.of("a", "b"), data.classes());
        assertEquals(List.of("width", "height"), data.featureNames());
        assertEquals(List.of(2), data.featureShape());
        assertEquals(3, data.rows());
    }

    @Test
    void readsAFileWithoutAHeader() throws IOException {
        Dataset data = read("1,2,b\n3,4,a\n5,6,b\n");

        assertEquals(3, data.rows());
        assertEquals(List.of("column 1", "column 2"), data.featureNames());
    }

    @Test
    void takesTheFirstColumnAsLabel() throws IOException {
        Dataset data = read("b,1,2\na,3,4\nb,5,6\n", "first");

        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, Configs.floats(data.features()));
        assertArrayEquals(new float[] {1, 0, 1}, Configs.floats(data.targets()));
    }

    @Test
    void takesANamedColumnAsLabel() throws IOException {
        Dataset data = read("width, kind ,height\n1,b,2\n3,a,4\n5,b,6\n", "kind");

        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, Configs.floats(data.features()));
        assertEquals(List.of("width", "height"), data.featureNames());
    }

    @Test
    void aNamedLabelMeansAHeaderEvenIfItLooksLikeNumbers() throws IOException {
        Dataset data = read("2019,2020,2021\n1,2,0\n3,4,1\n5,6,1\n", "2020");

        assertEquals(List.of("2019", "2021"), data.featureNames());
        assertEquals(3, data.rows());
    }

    @Test
    void believesTheConfigurationAboutTheHeader() throws IOException {
        Path file = write("1,2,3\n4,5,6\n7,8,6\n4,5,3\n");

        Dataset with = read(new Csv(file, "last", empty(), Optional.of(true), Normalize.NONE));
        Dataset without = read(new Csv(file, "last", empty(), Optional.of(false), Normalize.NONE));

        assertEquals(3, with.rows());
        assertEquals(List.of("1", "2"), with.featureNames());
        assertEquals(4, without.rows());
    }

    @Test
    void readsQuotedFieldsCarriageReturnsByteOrderMarkAndBlankLines() throws IOException {
        Dataset data =
                read(
                        "\uFEFF\"width, in cm\",\"the \"\"kind\"\"\"\r\n"
                                + "\"1.5\",\"a, b\"\r\n"
                                + "\r\n"
                                + " 2.5 , c \r\n"
                                + "3,\"a, b\"\r\n"
                                + "\r\n"
                                + "   \r\n");

        assertArrayEquals(new float[] {1.5f, 2.5f, 3}, Configs.floats(data.features()));
        assertEquals(List.of("a, b", "c"), data.classes());
        assertEquals(List.of("width, in cm"), data.featureNames());
    }

    @Test
    void readsUtf16WithAByteOrderMark() throws IOException {
        Path file = write("\uFEFFx,kind\n1,ä\n2,ö\n3,ä\n", StandardCharsets.UTF_16LE);

        assertEquals(List.of("ä", "ö"), read(Configs.csv(file)).classes());
    }

    @Test
    void sortsNumericClassesByNumber() throws IOException {
        Dataset data = read("1,10\n2,9\n3,10.0\n4,-1\n");

        assertEquals(List.of("-1", "9", "10"), data.classes());
        assertArrayEquals(new float[] {2, 1, 2, 0}, Configs.floats(data.targets()));
    }

    @Test
    void takesFewRepeatedWholeNumbersAsClasses() throws IOException {
        assertEquals(Task.CLASSIFICATION, read(rowsWithLabels(40, row -> row % 20)).task());
    }

    @Test
    void takesManyWholeNumbersAsARegressionTarget() throws IOException {
        Dataset data = read(rowsWithLabels(42, row -> row % 21));

        assertEquals(Task.REGRESSION, data.task());
        assertEquals(List.of(), data.classes());
        assertEquals(20, Configs.floats(data.targets())[41]);
    }

    @Test
    void takesWholeNumbersThatNeverRepeatAsARegressionTarget() throws IOException {
        assertEquals(Task.REGRESSION, read(rowsWithLabels(5, row -> row)).task());
    }

    @Test
    void takesFractionsAsARegressionTarget() throws IOException {
        Dataset data = read("1,0.5\n2,1\n3,0.5\n");

        assertEquals(Task.REGRESSION, data.task());
        assertArrayEquals(new float[] {0.5f, 1, 0.5f}, Configs.floats(data.targets()));
    }

    @Test
    void believesTheConfigurationAboutTheTask() throws IOException {
        Path file = write("1,0\n2,1\n3,0\n");

        Csv source = new Csv(file, "last", Optional.of(Task.REGRESSION), empty(), Normalize.NONE);

        assertEquals(Task.REGRESSION, read(source).task());
    }

    @Test
    void takesFewWholeNumbersBesideTextAsClasses() throws IOException {
        Dataset data = read("1,0\n2,1\n3,unknown\n");

        assertEquals(List.of("0", "1", "unknown"), data.classes());
    }

    @Test
    void saysWhichLabelIsTextInARegression() throws IOException {
        Path file = write("x,y\n1,0.5\n2,1.25\n3,oops\n");

        assertProblems(file, file + ":4:2: column 2 'y': 'oops' is not a number");
    }

    @Test
    void refusesTextWhereANumberBelongs() throws IOException {
        Path file = write("width,alcohol,kind\n1,2,a\n3,much,b\n");

        assertProblems(file, file + ":3:2: column 2 'alcohol': 'much' is not a number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1d", "0x1p3", "Infinity", "1,5", "1_000", "--1", "1e", "."})
    void refusesWhatOnlyProgramsCallANumber(String text) throws IOException {
        Path file = write("x,kind\n1,a\n\"" + text + "\",b\n");

        assertProblems(file, file + ":3:1: column 1 'x': '" + text + "' is not a number");
    }

    @Test
    void hintsAtAHeaderWhenTheFirstRowHasTextAmongNumbers() throws IOException {
        Path file = write("width,2020,kind\n1,2,a\n3,4,b\n");

        assertProblems(
                file,
                file
                        + ":1:1: column 1: 'width' is not a number (for a header: data.header ="
                        + " true)");
    }

    @Test
    void refusesMissingValues() throws IOException {
        Path file = write("x,y,kind\n1,2,a\n,4,b\n5,NaN,a\n6,?,b\n7,8,\n");

        assertProblems(
                file,
                file
                        + ":3:1: column 1 'x': the value is missing; data.missing = mean, median or"
                        + " zero fills it in",
                file + ":4:2: column 2 'y': the value is missing: 'NaN'",
                file + ":5:2: column 2 'y': the value is missing: '?'",
                file + ":6:3: column 3 'kind': the label is missing");
    }

    @Test
    void keepsMissingValuesThatAreAllowedAsNaN() throws IOException {
        Path file = write("x,y,kind\n1,NA,a\n,4,b\n5,?,a\n");

        assertArrayEquals(
                new float[] {1, Float.NaN, Float.NaN, 4, 5, Float.NaN},
                Configs.floats(read(table(file, "kind", Missing.ZERO)).features()));
    }

    @Test
    void refusesMissingLabelsAndOtherTextsEvenIfValuesMayBeMissing() throws IOException {
        Path file = write("x,y,kind\n1,2,\n3,four,b\n");

        assertEquals(
                List.of(
                        file + ":2:3: column 3 'kind': the label is missing",
                        file + ":3:2: column 2 'y': 'four' is not a number"),
                problems(table(file, "kind", Missing.MEAN)));
    }

    @Test
    void readsSeveralTargetsAsARegression() throws IOException {
        Path file = write("a,b,c\n1,2,3\n4,5.5,6\n");

        Dataset data = read(Configs.csv(file, "c, a"));

        assertEquals(Task.REGRESSION, data.task());
        assertEquals(2, data.targetWidth());
        assertArrayEquals(new float[] {3, 1, 6, 4}, Configs.floats(data.targets()));
        assertEquals(List.of("b"), data.featureNames());
    }

    @Test
    void aColumnWhoseNameHasACommaIsOneLabel() throws IOException {
        Path file = write("a,\"b, c\"\n1,2.5\n4,5.5\n");

        Dataset data = read(Configs.csv(file, "b, c"));

        assertArrayEquals(new float[] {2.5f, 5.5f}, Configs.floats(data.targets()));
    }

    @Test
    void readsLabelsThatHoldTogether() throws IOException {
        Path file = write("x,red,round\n1,0,1\n2,1,1\n");

        Dataset data = read(labels(file, Task.MULTI_LABEL, "red", "round"));

        assertEquals(Task.MULTI_LABEL, data.task());
        assertEquals(List.of("red", "round"), data.classes());
        assertArrayEquals(new float[] {0, 1, 1, 1}, Configs.floats(data.targets()));
    }

    @Test
    void refusesSeveralLabelsThatCannotBe() throws IOException {
        Path file = write("x,red,round\n1,0.5,1\n2,1,no\n3,,1\n");

        assertEquals(
                List.of(
                        file
                                + ":2:2: column 2 'red': '0.5' is neither 0 nor 1, as task ="
                                + " multi-label needs",
                        file + ":3:3: column 3 'round': 'no' is not a number",
                        file + ":4:2: column 2 'red': the label is missing"),
                problems(labels(file, Task.MULTI_LABEL, "red", "round")));
        assertEquals(
                List.of(
                        "data.label: classification has one label column, not 2; for several use"
                                + " task = multi-label or regression"),
                problems(labels(file, Task.CLASSIFICATION, "red", "round")));
        assertEquals(
                List.of(file + ": has no column that is left to predict the label from"),
                problems(labels(file, Task.REGRESSION, "red", "round", "x")));
    }

    @Test
    void groupsAndTimesAreNoFeatures() throws IOException {
        Path file = write("day,x,who,y\n2024-05-31,1,ann,0.5\n2024-06-01,2,bob,1.5\n");

        Dataset data = read(keys(file, "y", "who", "day"));

        assertEquals(List.of("x"), data.featureNames());
        assertArrayEquals(new int[] {0, 1}, data.groups().orElseThrow());
        double[] days = data.times().orElseThrow();
        assertEquals(86_400, days[1] - days[0]);
    }

    @Test
    void refusesGroupsAndTimesThatCannotBe() throws IOException {
        Path file = write("day,x,who,y\nsoon,1,ann,0.5\n2024-06-01,2,,1.5\n3,4,bob,2.5\n");

        assertEquals(
                List.of(
                        file
                                + ":2:1: column 1 'day': 'soon' is no time; it is a number or an"
                                + " ISO date such as 2024-05-31",
                        file + ":3:3: column 3 'who': the group is missing",
                        file
                                + ":4:1: column 1 'day': '3' is a number, but the first row has a"
                                + " date"),
                problems(keys(file, "y", "who", "day")));
        assertEquals(
                List.of(
                        "data.group: "
                                + file
                                + " has no column 'whom'. Did you mean who? Columns: day, x, who,"
                                + " y"),
                problems(keys(file, "y", "whom", "day")));
        assertEquals(
                List.of("data.group: is the same column as data.label"),
                problems(keys(file, "y", "y", "day")));
        assertEquals(
                List.of("data.group: is the same column as data.time"),
                problems(keys(file, "y", "day", "day")));
    }

    private static Csv table(Path file, String label, Missing missing) {
        return new Csv(
                file,
                new Label.One(label),
                empty(),
                empty(),
                Normalize.NONE,
                missing,
                empty(),
                empty(),
                false);
    }

    private static Csv labels(Path file, Task task, String... names) {
        return new Csv(
                file,
                new Label.Several(List.of(names)),
                Optional.of(task),
                empty(),
                Normalize.NONE,
                Missing.REFUSE,
                empty(),
                empty(),
                false);
    }

    private static Csv keys(Path file, String label, String group, String time) {
        return new Csv(
                file,
                new Label.One(label),
                empty(),
                empty(),
                Normalize.NONE,
                Missing.REFUSE,
                Optional.of(group),
                Optional.of(time),
                false);
    }

    @Test
    void refusesANumberThatAFloatCannotHold() throws IOException {
        Path file = write("x,kind\n1,a\n1e39,b\n");

        assertProblems(file, file + ":3:1: column 1 'x': '1e39' is too large");
    }

    @Test
    void refusesRaggedRows() throws IOException {
        Path file = write("x,y,kind\n1,2,a\n3,4\n5,6,b,7\n");

        assertProblems(
                file,
                file + ":3:3: the row has 2 fields, but the first row has 3",
                file + ":4:4: the row has 4 fields, but the first row has 3");
    }

    @Test
    void countsLinesInsideQuotes() throws IOException {
        Path file = write("x,kind\n1,\"a\nb\"\ntwo,c\n");

        assertProblems(file, file + ":4:1: column 1 'x': 'two' is not a number");
    }

    @Test
    void reportsTenProblemsAndCountsTheOthers() throws IOException {
        String rows =
                IntStream.range(0, 22).mapToObj(row -> "no,1,a\n").collect(Collectors.joining());
        Path file = write("x,y,kind\n" + rows);

        List<String> problems = problems(Configs.csv(file));

        assertEquals(11, problems.size());
        assertEquals(file + ":2:1: column 1 'x': 'no' is not a number", problems.get(0));
        assertEquals(file + ":11:1: column 1 'x': 'no' is not a number", problems.get(9));
        assertEquals(file + ": … and 12 more", problems.get(10));
    }

    @Test
    void reportsProblemsOfLabelsAndFeaturesInTheOrderOfTheLines() throws IOException {
        Path file = write("x,y\n1,0.5\n2,bad\nworse,1.5\n4,worst\n");

        assertProblems(
                file,
                file + ":3:2: column 2 'y': 'bad' is not a number",
                file + ":4:1: column 1 'x': 'worse' is not a number",
                file + ":5:2: column 2 'y': 'worst' is not a number");
    }

    @Test
    void refusesAnUnknownLabelColumn() throws IOException {
        Path file = write("width,height,quality\n1,2,a\n3,4,b\n");

        assertEquals(
                List.of(
                        "data.label: "
                                + file
                                + " has no column 'qualty'. Did you mean quality? Columns: width,"
                                + " height, quality"),
                problems(Configs.csv(file, "qualty")));
    }

    @Test
    void refusesAnAmbiguousLabelColumn() throws IOException {
        Path file = write("y,x,y\n1,2,a\n3,4,b\n");

        assertEquals(
                List.of("data.label: " + file + " has two columns 'y'"),
                problems(Configs.csv(file, "y")));
    }

    @Test
    void refusesANamedLabelWithoutAHeader() throws IOException {
        Path file = write("1,2\n3,4\n");

        Csv source = new Csv(file, "y", empty(), Optional.of(false), Normalize.NONE);

        assertEquals(
                List.of(
                        "data.label: 'y' is the name of a column, but "
                                + file
                                + " has no header (data.header = false). Use first or last"),
                problems(source));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "\uFEFF"})
    void refusesAnEmptyFile(String text) throws IOException {
        Path file = write(text);

        assertProblems(file, file + ": has no rows");
    }

    @Test
    void refusesAHeaderWithoutRows() throws IOException {
        Path file = write("x,y,kind\n");

        assertProblems(file, file + ": has a header, but no rows below it");
    }

    @Test
    void refusesASingleColumn() throws IOException {
        Path file = write("1\n2\n");

        assertProblems(
                file,
                file
                        + ": has only one column; it needs features and a label, separated by"
                        + " commas");
    }

    @Test
    void saysThatSemicolonsDoNotSeparateColumns() throws IOException {
        Path file = write("x;kind\n1;a\n");

        assertProblems(
                file,
                file
                        + ": has only one column; columns are separated by commas, not by"
                        + " semicolons");
    }

    @Test
    void refusesASingleClass() throws IOException {
        Path file = write("1,a\n2,a\n");

        assertProblems(
                file, "data.label: column 2 has one class only, 'a': there is nothing to learn");
    }

    @Test
    void refusesToGuessThatManyDifferentTextsAreClasses() throws IOException {
        Path file =
                write(
                        IntStream.range(0, 30)
                                .mapToObj(row -> row + ",name" + row + "\n")
                                .collect(Collectors.joining()));

        assertProblems(
                file,
                "data.label: column 2 has 30 different texts in 30 rows, which are hardly classes."
                        + " Name another column, or set data.task");
    }

    @Test
    void refusesACompressedFile() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write("1,a\n2,b\n".getBytes(StandardCharsets.UTF_8));
        }
        Path file = Files.write(folder.resolve("data.csv"), bytes.toByteArray());

        assertProblems(file, file + ": is compressed, not text: unpack it, or save it as CSV");
    }

    @Test
    void refusesAQuoteThatIsNeverClosed() throws IOException {
        Path file = write("x,kind\n1,a\n2,\"b\n3,a\n");

        assertProblems(
                file,
                file
                        + ": is not CSV: Unclosed quoted field at end of input (record starting at"
                        + " line 3)");
    }

    @Test
    void refusesAMissingFileAndNamesTheNearest() throws IOException {
        write("1,a\n2,b\n");
        Path missing = folder.resolve("dta.csv");

        assertProblems(missing, "data.file: no such file: " + missing + ". Did you mean data.csv?");
    }

    @Test
    void refusesAFileInAMissingFolder() {
        Path missing = folder.resolve("nowhere").resolve("data.csv");

        assertProblems(
                missing,
                "data.file: no such file: " + missing + "; the folder does not exist either");
    }

    @Test
    void refusesAFolder() {
        assertProblems(folder, "data.file: " + folder + " is a folder, not a file");
    }

    private void assertProblems(Path file, String... expected) {
        assertEquals(List.of(expected), problems(Configs.csv(file)));
    }

    private static List<String> problems(Csv source) {
        return Configs.problems(() -> read(source));
    }

    private Dataset read(String text) throws IOException {
        return read(text, "last");
    }

    private Dataset read(String text, String label) throws IOException {
        return read(Configs.csv(write(text), label));
    }

    private static Dataset read(Csv source) {
        return CsvData.read(source, source.task(), List.of(), source.missing());
    }

    private Path write(String text) throws IOException {
        return write(text, StandardCharsets.UTF_8);
    }

    private Path write(String text, Charset charset) throws IOException {
        return Files.writeString(folder.resolve("data.csv"), text, charset);
    }

    private static String rowsWithLabels(int rows, IntUnaryOperator label) {
        return IntStream.range(0, rows)
                .mapToObj(row -> row + "," + label.applyAsInt(row) + "\n")
                .collect(Collectors.joining());
    }

    private static <T> Optional<T> empty() {
        return Optional.empty();
    }
}
