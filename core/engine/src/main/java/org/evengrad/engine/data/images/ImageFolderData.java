package org.evengrad.engine.data.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.evengrad.config.DataConfig.Source.ImageFolder;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * Reads a folder that has a sub-folder of images for each class. Rows are sorted by class and by
 * name. Files are decoded once, by several threads.
 */
public final class ImageFolderData {
    /** The share of the heap that decoded images may take: one in so many. */
    private static final int HEAP_SHARE = 4;

    private final ImageFolder source;
    private final List<ClassFolder> classFolders;
    private final List<Path> files = new ArrayList<>();
    private final List<Integer> classes = new ArrayList<>();
    private final long mostHeapBytes;

    private ImageFolderData(ImageFolder source, List<ClassFolder> found, long mostHeapBytes) {
        this.source = source;
        this.mostHeapBytes = mostHeapBytes;
        classFolders = found;
        for (int i = 0; i < found.size(); i++) {
            for (Path image : found.get(i).images()) {
                files.add(image);
                classes.add(i);
            }
        }
    }

    /**
     * Reads all images.
     *
     * @param knownClasses the classes that the folders must belong to, in the order of their
     *     indices; empty when the folders' names are the classes
     * @throws InvalidInputException if the folder does not hold at least two classes of images, or
     *     an image cannot be read or has another size than the others
     */
    public static ImageSet read(ImageFolder source, List<String> knownClasses) {
        return read(source, knownClasses, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    }

    /**
     * Reads all images.
     *
     * @param mostHeapBytes how much the decoded images may take on the heap; more go to a file
     */
    static ImageSet read(ImageFolder source, List<String> knownClasses, long mostHeapBytes) {
        List<ClassFolder> found = ClassFolder.list(source.folder(), knownClasses);
        ImageFolderData data = new ImageFolderData(source, found, mostHeapBytes);
        List<String> names =
                knownClasses.isEmpty()
                        ? found.stream().map(ClassFolder::name).toList()
                        : knownClasses;
        int[] labels =
                data.classes.stream()
                        .mapToInt(index -> names.indexOf(found.get(index).name()))
                        .toArray();
        return data.read(names, labels);
    }

    private ImageSet read(List<String> names, int[] labels) {
        ImageSize size = size();
        long rowBytes = size.pixels() * source.channels();
        if (rowBytes > Integer.MAX_VALUE / Float.BYTES) {
            throw new InvalidInputException(
                    Problem.ofKey("data.height", "images of " + size + " do not fit into memory"));
        }
        byte[][] digests = new byte[files.size()][];
        PixelStore store = store((int) rowBytes);
        try {
            boolean sealed = false;
            try {
                decode(size, store, digests);
                store.seal();
                sealed = true;
            } finally {
                if (!sealed) {
                    store.discard();
                }
            }
        } catch (IOException error) {
            throw noRoom(error);
        }
        return new ImageSet(
                List.of(source.channels(), size.height(), size.width()),
                store,
                labels,
                names,
                sha256(digests));
    }

    /** The size that is asked for, or that of the first image. */
    private ImageSize size() {
        if (source.height().isPresent() && source.width().isPresent()) {
            return new ImageSize(source.height().get(), source.width().get());
        }
        List<Problem> problems = new ArrayList<>();
        for (Path file : files) {
            try {
                return ImageDecoder.size(Files.readAllBytes(file));
            } catch (IOException | UnusableImageException error) {
                problems.add(unusable(file, error));
            }
        }
        throw FolderProblems.refusal(problems);
    }

    private PixelStore store(int rowBytes) {
        try {
            return (long) rowBytes * files.size() <= mostHeapBytes
                    ? PixelStore.onHeap(files.size())
                    : PixelStore.inFile(temporaryFolder(), files.size(), rowBytes);
        } catch (IOException error) {
            throw noRoom(error);
        }
    }

    private static Path temporaryFolder() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static InvalidInputException noRoom(IOException error) {
        return new InvalidInputException(
                Problem.inFile(
                        temporaryFolder(),
                        "cannot take the decoded images, which are too large for the heap: "
                                + error.getMessage()
                                + ". Give a larger heap (-Xmx) or another folder"
                                + " (-Djava.io.tmpdir)"));
    }

    private void decode(ImageSize size, PixelStore store, byte[][] digests) throws IOException {
        List<Failure> failures =
                IntStream.range(0, files.size())
                        .parallel()
                        .mapToObj(row -> decode(row, size, store, digests))
                        .flatMap(Optional::stream)
                        .toList();
        List<Problem> problems = new ArrayList<>();
        for (Failure failure : failures) {
            if (failure instanceof NoRoom noRoom) {
                throw noRoom.error();
            }
            if (failure instanceof Unusable unusable) {
                problems.add(unusable.problem());
            }
        }
        failures.stream()
                .filter(OtherSize.class::isInstance)
                .map(OtherSize.class::cast)
                .findFirst()
                .ifPresent(other -> problems.add(otherSize(size, other)));
        if (!problems.isEmpty()) {
            throw FolderProblems.refusal(problems);
        }
    }

    private Optional<Failure> decode(int row, ImageSize size, PixelStore store, byte[][] digests) {
        Path file = files.get(row);
        byte[] planes;
        try {
            byte[] bytes = Files.readAllBytes(file);
            digests[row] = sha256().digest(bytes);
            ImageSize own = ImageDecoder.size(bytes);
            if (!own.equals(size) && !source.resize()) {
                return Optional.of(new OtherSize(file, own));
            }
            planes = ImageDecoder.planes(bytes, source.channels());
            planes = AreaScaling.scale(planes, source.channels(), own, size);
        } catch (IOException | UnusableImageException error) {
            return Optional.of(new Unusable(unusable(file, error)));
        }
        try {
            store.write(row, planes);
            return Optional.empty();
        } catch (IOException error) {
            return Optional.of(new NoRoom(error));
        }
    }

    private static Problem unusable(Path file, Exception error) {
        return Problem.inFile(
                file,
                error instanceof UnusableImageException
                        ? error.getMessage()
                        : "cannot be read: " + error.getMessage());
    }

    private Problem otherSize(ImageSize size, OtherSize other) {
        String found =
                source.height().isPresent()
                        ? String.format(
                                "%s is %s (height x width), data.height and data.width say %s",
                                other.file(), other.size(), size)
                        : String.format(
                                "images of different size: %s is %s (height x width), %s is %s",
                                files.get(0), size, other.file(), other.size());
        String hint =
                source.height().isPresent()
                        ? "; data.resize = true scales them"
                        : "; data.resize = true scales them, to data.height and data.width or the"
                                + " size of the first";
        return Problem.ofKey("data.folder", found + hint);
    }

    private String sha256(byte[][] digests) {
        MessageDigest all = sha256();
        for (int row = 0; row < digests.length; row++) {
            update(all, classFolders.get(classes.get(row)).name());
            update(all, files.get(row).getFileName().toString());
            all.update(digests[row]);
        }
        return HexFormat.of().formatHex(all.digest());
    }

    private static void update(MessageDigest digest, String name) {
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException error) {
            throw new IllegalStateException("every JDK has SHA-256", error);
        }
    }

    /** Why an image is not in the store. */
    private sealed interface Failure {}

    private record Unusable(Problem problem) implements Failure {}

    private record OtherSize(Path file, ImageSize size) implements Failure {}

    private record NoRoom(IOException error) implements Failure {}
}
