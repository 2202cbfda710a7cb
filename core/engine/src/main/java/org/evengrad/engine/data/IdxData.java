package org.evengrad.engine.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.evengrad.config.DataConfig.Source.Idx;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * Images and labels in the IDX format of MNIST (LeCun, Cortes and Burges): a magic number, the
 * dimensions as big-endian 32-bit numbers, then unsigned bytes. Files may be compressed with gzip,
 * which is seen by their first bytes, not by their name. A pixel becomes {@code byte / 255}.
 */
final class IdxData {
    private static final int IMAGES_MAGIC = 0x00000803;
    private static final int LABELS_MAGIC = 0x00000801;
    private static final int GZIP_MAGIC = 0x1f8b;

    /**
     * Labels up to here are never out of range. A larger one is when it is at least twice the
     * number of different labels: a damaged byte, rather than a class.
     */
    private static final int ALWAYS_PLAUSIBLE_LABEL = 31;

    private IdxData() {}

    /**
     * Reads both files.
     *
     * @param knownClasses the classes that labels must belong to; empty when they follow from the
     *     labels: from 0 to the largest
     * @throws InvalidInputException if a file is missing, damaged, or does not fit the other
     */
    static Dataset read(Idx source, List<String> knownClasses) {
        InputFile imagesFile = new InputFile("data.images", source.images());
        InputFile labelsFile = new InputFile("data.labels", source.labels());
        InputFile.require(imagesFile, labelsFile);

        Block images = block(imagesFile, IMAGES_MAGIC, "images");
        Block labels = block(labelsFile, LABELS_MAGIC, "labels");
        int rows = images.dimensions()[0];
        if (labels.dimensions()[0] != rows) {
            throw new InvalidInputException(
                    Problem.inFile(
                            source.labels(),
                            String.format(
                                    "has %d labels, but %s has %d images",
                                    labels.dimensions()[0], source.images(), rows)));
        }
        float[] features = new float[images.content().length];
        for (int i = 0; i < features.length; i++) {
            features[i] = (images.content()[i] & 0xff) / 255f;
        }
        float[] targets = new float[rows];
        for (int row = 0; row < rows; row++) {
            targets[row] = labels.content()[row] & 0xff;
        }
        return new Dataset(
                features,
                rows,
                List.of(1, images.dimensions()[1], images.dimensions()[2]),
                targets,
                1,
                Task.CLASSIFICATION,
                classes(source.labels(), labels.content(), knownClasses),
                List.of());
    }

    private static List<String> classes(Path file, byte[] labels, List<String> knownClasses) {
        BitSet used = new BitSet();
        for (byte label : labels) {
            used.set(label & 0xff);
        }
        int largest = used.length() - 1;
        boolean known = !knownClasses.isEmpty();
        boolean outOfRange =
                known
                        ? largest >= knownClasses.size()
                        : largest > ALWAYS_PLAUSIBLE_LABEL && largest >= 2 * used.cardinality();
        if (outOfRange) {
            int place =
                    IntStream.range(0, labels.length)
                            .filter(row -> (labels[row] & 0xff) == largest)
                            .findFirst()
                            .orElseThrow();
            String range =
                    known
                            ? "the model's classes are 0 to " + (knownClasses.size() - 1)
                            : "only " + used.cardinality() + " different labels occur";
            throw new InvalidInputException(
                    Problem.inFile(
                            file,
                            String.format(
                                    "label %d (number %d in the file) is out of range: %s",
                                    largest, place + 1, range)));
        }
        return known
                ? knownClasses
                : IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList();
    }

    /** Reads one file: checks the magic number, and that it has as many bytes as it announces. */
    private static Block block(InputFile file, int magic, String what) {
        try (InputStream in = open(file)) {
            return block(in, file.path(), magic, what);
        } catch (EOFException error) {
            throw invalid(file.path(), "is cut short: its gzip data ends early");
        } catch (ZipException error) {
            throw invalid(file.path(), "is damaged gzip data: " + error.getMessage());
        } catch (IOException error) {
            throw file.unreadable(error);
        }
    }

    private static Block block(InputStream in, Path path, int magic, String what)
            throws IOException {
        int dimensionCount = magic & 0xff;
        byte[] header = in.readNBytes(4 + 4 * dimensionCount);
        if (header.length >= 4 && bigEndian(header, 0) != magic) {
            throw invalid(path, wrongMagic(bigEndian(header, 0), magic, what));
        }
        if (header.length < 4 + 4 * dimensionCount) {
            throw invalid(path, "is cut short: it has " + header.length + " bytes");
        }
        int[] dimensions = new int[dimensionCount];
        long announced = 1;
        for (int i = 0; i < dimensionCount; i++) {
            dimensions[i] = bigEndian(header, 4 + 4 * i);
            if (dimensions[i] < 0 || announced * dimensions[i] > Dataset.MOST_NUMBERS) {
                throw invalid(path, "announces more " + what + " than fit into memory");
            }
            announced *= dimensions[i];
        }
        if (announced == 0) {
            throw invalid(path, "has no " + what);
        }
        // Grows with what is there, so that a damaged header cannot ask for gigabytes.
        byte[] content = in.readNBytes((int) announced);
        if (content.length < announced) {
            throw invalid(
                    path,
                    String.format(
                            "is cut short: it announces %d %s, but ends in number %d",
                            dimensions[0], what, content.length / (announced / dimensions[0]) + 1));
        }
        long surplus = in.transferTo(OutputStream.nullOutputStream());
        if (surplus > 0) {
            throw invalid(
                    path,
                    String.format(
                            "has %d bytes more than the %d %s that it announces",
                            surplus, dimensions[0], what));
        }
        return new Block(dimensions, content);
    }

    private static InputStream open(InputFile file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file.path()));
        try {
            in.mark(2);
            byte[] start = in.readNBytes(2);
            in.reset();
            boolean gzip =
                    start.length == 2 && ((start[0] & 0xff) << 8 | start[1] & 0xff) == GZIP_MAGIC;
            return gzip ? new GZIPInputStream(in, 1 << 16) : in;
        } catch (IOException error) {
            in.close();
            throw error;
        }
    }

    private static String wrongMagic(int found, int magic, String what) {
        String message =
                String.format(
                        "holds no IDX %s: it starts with 0x%08x instead of 0x%08x",
                        what, found, magic);
        return found == IMAGES_MAGIC || found == LABELS_MAGIC
                ? message + ". Are data.images and data.labels swapped?"
                : message;
    }

    private static int bigEndian(byte[] bytes, int start) {
        return (bytes[start] & 0xff) << 24
                | (bytes[start + 1] & 0xff) << 16
                | (bytes[start + 2] & 0xff) << 8
                | bytes[start + 3] & 0xff;
    }

    private static InvalidInputException invalid(Path path, String message) {
        return new InvalidInputException(Problem.inFile(path, message));
    }

    /** What an IDX file holds: its dimensions, and the bytes, the last dimension fastest. */
    private record Block(int[] dimensions, byte[] content) {}
}
