package org.evengrad.benchmarks.clinic;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.evengrad.diagnosis.HealthWatch;
import org.evengrad.engine.train.Verdict;

/** Tells one state of the diagnosis from another. */
public final class DiagnosisVersion {
    private DiagnosisVersion() {}

    /** A hash of the classes that measure and judge. */
    public static String ofClasses() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            add(HealthWatch.class, "org/evengrad/diagnosis", digest);
            add(Verdict.class, "org/evengrad/engine", digest);
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException | URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void add(Class<?> one, String packages, MessageDigest digest)
            throws IOException, URISyntaxException {
        Path place = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(place)) {
            add(place.resolve(packages), digest);
            return;
        }
        try (FileSystem jar = FileSystems.newFileSystem(place)) {
            add(jar.getPath(packages), digest);
        }
    }

    private static void add(Path folder, MessageDigest digest) throws IOException {
        List<Path> classes;
        try (Stream<Path> files = Files.walk(folder)) {
            classes = files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
        }
        for (Path file : classes) {
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
        }
    }
}
