package org.evengrad.engine.dl4j;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.config.DL4JClassLoading;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.nd4j.linalg.factory.Nd4j;

/** Checks which ND4J backend is on the class path before ND4J picks one, and starts ND4J. */
final class NativeBackend {
    private static final String SERVICE = "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend";
    private static final String CPU = "org.nd4j.linalg.cpu.nativecpu.CpuBackend";
    private static final String CUDA = "cublas";

    private NativeBackend() {}

    /**
     * Refuses a class path that ND4J would start on a GPU with, or not at all. Starts ND4J
     * otherwise, if it has not been started.
     *
     * @throws InvalidInputException in one line
     */
    static void check(ClassLoader loader) {
        List<String> backends = backends(loader);
        for (String backend : backends) {
            if (backend.contains(CUDA)) {
                throw new InvalidInputException(
                        Problem.of(
                                "a CUDA backend of ND4J ("
                                        + backend
                                        + ") is on the class path, and Evengrad does not support it"
                                        + " yet; remove nd4j-cuda and keep nd4j-native"));
            }
        }
        if (!backends.contains(CPU)) {
            throw new InvalidInputException(
                    Problem.of(
                            "no native backend of ND4J is on the class path; add"
                                + " org.nd4j:nd4j-native for this platform (linux-x86_64,"
                                + " linux-arm64, macosx-x86_64, macosx-arm64 or windows-x86_64)"));
        }
        start();
    }

    /**
     * The first use of ND4J and of DL4J looks for their parts through the thread's context class
     * loader and keeps that for good. In an application of nested jars, or on a server, that of a
     * pool's thread sees none of them.
     */
    private static void start() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(NativeBackend.class.getClassLoader());
        try {
            Nd4j.getBackend();
            DL4JClassLoading.getDl4jClassloader();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static List<String> backends(ClassLoader loader) {
        List<String> names = new ArrayList<>();
        try {
            for (URL file : java.util.Collections.list(loader.getResources(SERVICE))) {
                try (BufferedReader reader =
                        new BufferedReader(
                                new InputStreamReader(file.openStream(), StandardCharsets.UTF_8))) {
                    reader.lines()
                            .map(line -> line.replaceFirst("#.*", "").strip())
                            .filter(line -> !line.isEmpty())
                            .forEach(names::add);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the class path", e);
        }
        return names;
    }
}
