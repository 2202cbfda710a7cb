package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.DataConfig.Label;
import org.evengrad.config.DataConfig.LabelPer;
import org.evengrad.config.DataConfig.Missing;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.DataConfig.Source.SequenceCsv;
import org.evengrad.config.DataConfig.Split;
import org.evengrad.config.DataConfig.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequenceCsvDataTest {
    private static final long SEED = 42;

    /** Sequence b has three steps, out of order in the file; sequence a has two. */
    private static final String TABLE =
            "id,t,x,z,y\nb,3,5,50,dog\na,1,1,10,cat\nb,1,3,30,dog\nb,2,4,40,dog\na,2,2,20,cat\n";

    @TempDir Path folder;

    @Test
    void groupsByIdSortsByTimeAndPadsTheEnd() throws IOException {
        Dataset data = read(TABLE, LabelPer.SEQUENCE);

        assertEquals(2, data.rows());
        assertEquals(List.of(2, 3), data.featureShape());
        assertEquals(List.of("x", "z"), data.featureNames());
        assertArrayEquals(
                new float[] {3, 4, 5, 30, 40, 50, 1, 2, 0, 10, 20, 0},
                Configs.floats(data.features()));
        assertEquals(20, data.features().get(1, 4));
        assertEquals(0, data.features().get(1, 5));
        assertArrayEquals(new int[] {3, 2}, data.lengths().orElseThrow());
        assertEquals(List.of("cat", "dog"), data.classes());
        assertEquals(1, data.targetSteps());
        assertArrayEquals(new float[] {1, 0}, Configs.floats(data.targets()));
    }

    @Test
    void eachStepMayHaveItsOwnLabels() throws IOException {
        Dataset data =
                read(
                        source(
                                write("id,t,x,y,v\na,1,5,0.5,1\na,2,6,1.5,2\nb,9,7,2.5,3\n"),
                                LabelPer.STEP,
                                new Label.Several(List.of("y", "v"))));

        assertEquals(2, data.targetWidth());
        assertEquals(2, data.targetSteps());
        assertEquals(Task.REGRESSION, data.task());
        assertArrayEquals(
                new float[] {0.5f, 1.5f, 1, 2, 2.5f, 0, 3, 0}, Configs.floats(data.targets()));
    }

    @Test
    void sequencesOfTheSameLengthNeedNoMask() throws IOException {
        Dataset data = read("id,t,x,y\na,1,5,0.5\na,2,6,0.5\nb,9,7,1.5\nb,8,8,1.5\n");

        assertTrue(data.lengths().isEmpty());
        assertArrayEquals(new float[] {5, 6, 8, 7}, Configs.floats(data.features()));
    }

    @Test
    void normalizesAFeatureOverItsStepsWithoutPadding() throws IOException {
        Path file = write("id,t,x,y\na,1,1,0.5\na,2,3,0.5\na,3,8,0.5\nb,1,4,1.5\n");

        SplitData data =
                DataLoader.load(
                        Configs.trainOnly(
                                new SequenceCsv(
                                        file,
                                        "id",
                                        "t",
                                        new Label.One("y"),
                                        LabelPer.SEQUENCE,
                                        Optional.empty(),
                                        Normalize.STANDARD,
                                        Missing.REFUSE,
                                        Optional.empty(),
                                        false)),
                        SEED);

        // 1, 3, 8 and 4: mean 4, variance 26 / 4.
        double deviation = Math.sqrt(6.5);
        assertArrayEquals(new double[] {4}, data.normalizer().shift());
        assertEquals(deviation, data.normalizer().scale()[0], 1e-12);
        assertArrayEquals(
                new float[] {
                    (float) (-3 / deviation),
                    (float) (-1 / deviation),
                    (float) (4 / deviation),
                    0,
                    0,
                    0
                },
                Configs.floats(data.dataset().features()),
                1e-6f);
    }

    @Test
    void fillsInMissingStepsButNotThePadding() throws IOException {
        Path file = write("id,t,x,y\na,1,1,0.5\na,2,,0.5\na,3,8,0.5\nb,1,?,1.5\n");

        SplitData data =
                DataLoader.load(
                        Configs.trainOnly(source(file, Missing.MEAN, Optional.empty())), SEED);

        assertArrayEquals(new double[] {4.5}, data.normalizer().replacements());
        assertArrayEquals(
                new float[] {1, 4.5f, 8, 4.5f, 0, 0}, Configs.floats(data.dataset().features()));
    }

    @Test
    void splitsByTimeWithTheStartOfEachSequence() throws IOException {
        Path file =
                write(
                        "id,t,x,y\nlate,2024-03-01,1,0.5\nlate,2024-03-02,1,0.5\n"
                                + "early,2024-01-09,1,0.5\nearly,2024-01-08,1,0.5\n"
                                + "middle,2024-02-01,1,0.5\nmiddle,2024-02-02,1,0.5\n");

        SplitData data =
                DataLoader.load(
                        Configs.of(
                                source(file, Missing.REFUSE, Optional.empty()),
                                1,
                                null,
                                1.0,
                                1,
                                Split.TIME),
                        SEED);

        assertArrayEquals(new int[] {1}, data.train().rows());
        assertArrayEquals(new int[] {2}, data.validation().rows());
        assertArrayEquals(new int[] {0}, data.test().rows());
    }

    @Test
    void refusesALabelThatChangesWithinASequence() {
        assertEquals(
                List.of(
                        "data.label: id 'b' has more than one label; with label-per = step, each"
                                + " step has its own"),
                Configs.problems(
                        () -> read("id,t,x,y\na,1,5,0.5\na,2,6,0.5\nb,9,7,1.5\n" + "b,8,8,2.5\n")));
    }

    @Test
    void refusesASequenceInTwoGroups() throws IOException {
        Path file = write("id,t,x,g,y\na,1,5,u,0.5\na,2,6,v,0.5\n");

        assertEquals(
                List.of("data.group: id 'a' is in more than one group"),
                Configs.problems(() -> read(source(file, Missing.REFUSE, Optional.of("g")))));
    }

    @Test
    void refusesSequencesOfOneStep() {
        assertEquals(
                List.of(
                        "data.id: each 'id' has one row only, so there are no sequences in "
                                + folder.resolve("data.csv")
                                + "; name another column, or use source = csv"),
                Configs.problems(() -> read("id,t,x,y\na,1,5,0.5\nb,2,6,0.5\n")));
    }

    @Test
    void refusesAMissingIdAndWrongColumns() throws IOException {
        assertEquals(
                List.of(folder.resolve("data.csv") + ":3:1: column 1 'id': the id is missing"),
                Configs.problems(() -> read("id,t,x,y\na,1,5,0.5\n,2,6,0.5\n")));
        assertEquals(
                List.of(
                        "data.id: "
                                + folder.resolve("data.csv")
                                + " has no column 'id'. Did you mean ids? Columns: ids, t, x, y"),
                Configs.problems(() -> read("ids,t,x,y\na,1,5,0.5\na,2,6,0.5\n")));
    }

    private Dataset read(String text) throws IOException {
        return read(text, LabelPer.SEQUENCE);
    }

    private Dataset read(String text, LabelPer labelPer) throws IOException {
        return read(source(write(text), labelPer, new Label.One("y")));
    }

    private static Dataset read(SequenceCsv source) {
        return SequenceCsvData.read(source, source.task(), List.of(), source.missing());
    }

    private static SequenceCsv source(Path file, LabelPer labelPer, Label label) {
        return new SequenceCsv(
                file,
                "id",
                "t",
                label,
                labelPer,
                Optional.empty(),
                Normalize.NONE,
                Missing.REFUSE,
                Optional.empty(),
                false);
    }

    private static SequenceCsv source(Path file, Missing missing, Optional<String> group) {
        return new SequenceCsv(
                file,
                "id",
                "t",
                new Label.One("y"),
                LabelPer.SEQUENCE,
                Optional.of(Task.REGRESSION),
                Normalize.NONE,
                missing,
                group,
                false);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("data.csv"), text);
    }
}
