package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with the input gives one clear line and exit code 2, and leaves nothing behind. */
class BadInputTest {
    private static final String NETWORK = "model { layers = [ { dense = 4 } ] }\n";

    @TempDir private Path folder;

    private void refuses(String config, String... parts) throws IOException {
        Path file = Files.writeString(folder.resolve("net.conf"), config);
        Path run = folder.resolve("run");

        CommandRun command = CommandRun.of("train", file.toString(), "--run-dir", run.toString());

        command.assertRefused(parts);
        assertFalse(Files.exists(run), "nothing half written");
    }

    private void refusesCsv(String csv, String... parts) throws IOException {
        Files.writeString(folder.resolve("rows.csv"), csv);
        refuses("data { source = csv, file = rows.csv, batch-size = 2 }\n" + NETWORK, parts);
    }

    private void refusesIdx(byte[] images, byte[] labels, String... parts) throws IOException {
        Files.write(folder.resolve("images"), images);
        Files.write(folder.resolve("labels"), labels);
        refuses(
                "data { source = idx, images = images, labels = labels, batch-size = 2 }\n"
                        + NETWORK,
                parts);
    }

    private static byte[] images(int magic, int count) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(magic);
        out.writeInt(count);
        out.writeInt(2);
        out.writeInt(2);
        for (int i = 0; i < count * 4; i++) {
            out.writeByte(i * 7);
        }
        return bytes.toByteArray();
    }

    private static byte[] labels(int count, int last) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(2049);
        out.writeInt(count);
        for (int i = 0; i < count; i++) {
            out.writeByte(i == count - 1 ? last : i % 2);
        }
        return bytes.toByteArray();
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    @Test
    void aMissingConfiguration() {
        CommandRun command = CommandRun.of("train", folder.resolve("nowhere.conf").toString());

        assertEquals(ExitCode.INVALID_INPUT, command.exitCode());
        assertEquals(1, command.errors().size(), command.err());
        assertTrue(command.err().contains("nowhere.conf"), command.err());
    }

    @Test
    void aMissingDataFile() throws IOException {
        refuses("data { source = csv, file = nowhere.csv }\n" + NETWORK, "nowhere.csv", "no such");
    }

    @Test
    void anIdxFileWithTheWrongMagic() throws IOException {
        refusesIdx(images(1234, 10), labels(10, 1), "images", "0x000004d2", "0x00000803");
    }

    @Test
    void anIdxFileThatIsTooShort() throws IOException {
        byte[] whole = images(2051, 10);
        refusesIdx(Arrays.copyOf(whole, whole.length - 3), labels(10, 1), "images");
    }

    @Test
    void aGzipFileThatIsCutShort() throws IOException {
        byte[] whole = gzip(images(2051, 500));
        refusesIdx(Arrays.copyOf(whole, whole.length - 20), labels(500, 1), "images");
    }

    @Test
    void aLabelOutOfRange() throws IOException {
        refusesIdx(images(2051, 10), labels(10, 255), "labels", "255");
    }

    @Test
    void aRaggedRow() throws IOException {
        refusesCsv("1,2,a\n3,4,b\n5,c\n", "rows.csv:3");
    }

    @Test
    void textWhereANumberBelongs() throws IOException {
        refusesCsv("1,2,a\n3,four,b\n5,6,a\n", "rows.csv:2:2", "four");
    }

    @Test
    void noRows() throws IOException {
        refusesCsv("", "rows.csv");
    }

    @Test
    void aBatchLargerThanTheData() throws IOException {
        refuses("data { source = iris, batch-size = 500 }\n" + NETWORK, "data.batch-size", "500");
    }

    @Test
    void aNegativeLearningRate() throws IOException {
        refuses(
                "data.source = iris\n"
                        + NETWORK
                        + "optimizer { use = adam, learning-rate = -0.1 }\n",
                "optimizer.learning-rate (",
                "net.conf: 3)",
                "-0.1");
    }

    @Test
    void anUnknownLayerType() throws IOException {
        refuses(
                "data.source = iris\nmodel { layers = [ { dens = 4 } ] }\n",
                "net.conf: 2)",
                "dens",
                "Did you mean dense?");
    }

    @Test
    void aConvolutionOnDataWithoutImages() throws IOException {
        refuses(
                "data.source = iris\nmodel { layers = [ { conv = 4 } ] }\n",
                "model.layers: conv-1 needs images, and what reaches it is 4 numbers");
    }

    @Test
    void aMisspelledOption() throws IOException {
        refuses(
                "data.source = iris\n" + NETWORK + "optimizer { use = adam, learnin-rate = 0.1 }\n",
                "optimizer.learnin-rate (",
                "Did you mean learning-rate?");
    }

    @Test
    void aStrategyThatIsNotInstalled() throws IOException {
        refuses("data.source = iris\n" + NETWORK + "optimizer = adan\n", "adan", "adam", "jar");
    }

    @Test
    void aRunFolderThatIsNotEmpty() throws IOException {
        Path config =
                Files.writeString(folder.resolve("net.conf"), "data.source = iris\n" + NETWORK);
        Path run = Files.createDirectory(folder.resolve("run"));
        Path kept = Files.writeString(run.resolve("notes.txt"), "mine");

        CommandRun command = CommandRun.of("train", config.toString(), "--run-dir", run.toString());

        assertEquals(ExitCode.INVALID_INPUT, command.exitCode());
        assertEquals(1, command.errors().size(), command.err());
        assertTrue(command.err().contains("is not empty"), command.err());
        assertEquals("mine", Files.readString(kept));
    }

    @Test
    void aRunFolderThatCannotBeMade() throws IOException {
        Path config =
                Files.writeString(folder.resolve("net.conf"), "data.source = iris\n" + NETWORK);
        Path file = Files.writeString(folder.resolve("file"), "in the way");

        CommandRun command =
                CommandRun.of(
                        "train", config.toString(), "--run-dir", file.resolve("run").toString());

        assertEquals(ExitCode.INVALID_INPUT, command.exitCode(), command.err());
        assertEquals(1, command.errors().size(), command.err());
        assertTrue(command.err().contains("cannot be written"), command.err());
    }

    @Test
    void anOverrideWithoutAValue() throws IOException {
        Path config =
                Files.writeString(folder.resolve("net.conf"), "data.source = iris\n" + NETWORK);

        CommandRun command = CommandRun.of("train", config.toString(), "-D", "seed");

        assertEquals(ExitCode.INVALID_INPUT, command.exitCode());
        assertTrue(command.err().startsWith("-D takes KEY=VALUE"), command.err());
    }

    @Test
    void aModelThatIsNone() throws IOException {
        Path file = Files.writeString(folder.resolve("model.zip"), "no zip");

        CommandRun command = CommandRun.of("evaluate", file.toString());

        assertEquals(ExitCode.INVALID_INPUT, command.exitCode());
        assertEquals(1, command.errors().size(), command.err());
        assertTrue(command.err().contains("not a model"), command.err());
    }
}
