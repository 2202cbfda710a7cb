package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.evengrad.config.problem.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeBackendTest {
    private static final String SERVICE = "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend";

    @TempDir private Path folder;

    /** A class path that names these backends, on top of another. */
    private URLClassLoader naming(String backends, ClassLoader parent) throws IOException {
        Path service = folder.resolve(SERVICE);
        Files.createDirectories(service.getParent());
        Files.writeString(service, backends);
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, parent);
    }

    private static String refusal(ClassLoader loader) {
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> NativeBackend.check(loader));
        assertEquals(1, refused.problems().size());
        return refused.getMessage();
    }

    @Test
    void takesTheClassPathOfThisBuild() {
        assertDoesNotThrow(() -> NativeBackend.check(getClass().getClassLoader()));
    }

    @Test
    void refusesACudaBackendBesideTheNativeOne() throws IOException {
        try (URLClassLoader loader =
                naming(
                        "# comment\norg.nd4j.linalg.jcublas.JCublasBackend # GPU\n",
                        getClass().getClassLoader())) {
            assertEquals(
                    "a CUDA backend of ND4J (org.nd4j.linalg.jcublas.JCublasBackend) is on the"
                            + " class path, and Evengrad does not support it yet; remove nd4j-cuda"
                            + " and keep nd4j-native",
                    refusal(loader));
        }
    }

    @Test
    void refusesAClassPathWithoutABackend() throws IOException {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[0], ClassLoader.getPlatformClassLoader())) {
            assertEquals(
                    "no native backend of ND4J is on the class path; add org.nd4j:nd4j-native for"
                            + " this platform (linux-x86_64, linux-arm64, macosx-x86_64,"
                            + " macosx-arm64 or windows-x86_64)",
                    refusal(loader));
        }
    }

    @Test
    void aBackendInACommentIsNone() throws IOException {
        try (URLClassLoader loader =
                naming(
                        "# org.nd4j.linalg.cpu.nativecpu.CpuBackend\n\n",
                        ClassLoader.getPlatformClassLoader())) {
            assertEquals(true, refusal(loader).startsWith("no native backend"));
        }
    }
}
