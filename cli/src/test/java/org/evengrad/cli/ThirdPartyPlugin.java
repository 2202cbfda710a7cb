package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Optimizer;

/**
 * A plugin as a stranger builds it: from source, against the SPI and the JDK alone, into a jar with
 * a service file.
 */
final class ThirdPartyPlugin {
    private static final String OPTIMIZER =
            """
            package com.example.plain;

            import org.evengrad.spi.Chunk;
            import org.evengrad.spi.Optimizer;
            import org.evengrad.spi.Option;
            import org.evengrad.spi.Strategy;
            import org.evengrad.spi.StepContext;

            @Strategy(
                    name = "NAME",
                    summary = "Goes downhill",
                    formula = "w -= rate * g",
                    useWhen = "in tests",
                    avoidWhen = "elsewhere",
                    reference = "https://example.com/plain-descent",
                    since = "1.2.3")
            public record PlainDescent(
                    @Option(help = "Length of a step", range = "(0, inf)") double learningRate)
                    implements Optimizer {
                public PlainDescent() {
                    this(0.05);
                }

                @Override
                public void update(Chunk chunk, StepContext at) {
                    float[] parameters = chunk.parameters();
                    float[] gradient = chunk.gradient();
                    float rate = (float) at.rate();
                    for (int i = 0; i < chunk.size(); i++) {
                        parameters[i] -= rate * gradient[i];
                    }
                }
            }
            """;

    private static final String ACTIVATION =
            """
            package com.example.plain;

            import org.evengrad.spi.Activation;
            import org.evengrad.spi.Strategy;

            @Strategy(
                    name = "NAME",
                    summary = "Half of it",
                    formula = "f(x) = x / 2",
                    useWhen = "in tests",
                    avoidWhen = "elsewhere",
                    reference = "https://example.com/plain-half",
                    since = "1.2.3")
            public record PlainHalf() implements Activation {
                @Override
                public void forward(float[] x, float[] y, int size) {
                    for (int i = 0; i < size; i++) {
                        y[i] = x[i] / 2;
                    }
                }

                @Override
                public void backward(float[] x, float[] y, float[] gradient, int size) {
                    for (int i = 0; i < size; i++) {
                        gradient[i] /= 2;
                    }
                }
            }
            """;

    private ThirdPartyPlugin() {}

    /**
     * Builds a plugin that holds an optimizer, plain gradient descent.
     *
     * @param jar the jar to write
     * @param name of the optimizer
     * @return the jar
     */
    static Path build(Path jar, String name) throws IOException {
        return build(jar, Optimizer.class, "com.example.plain.PlainDescent", OPTIMIZER, name);
    }

    /**
     * Builds a plugin that holds an activation, which halves its input.
     *
     * @param jar the jar to write
     * @param name of the activation
     * @return the jar
     */
    static Path buildActivation(Path jar, String name) throws IOException {
        return build(jar, Activation.class, "com.example.plain.PlainHalf", ACTIVATION, name);
    }

    /**
     * Builds a plugin whose class writes a file when it is initialized.
     *
     * @param jar the jar to write
     * @param file the file that the class writes
     */
    static void buildThatWrites(Path jar, Path file) throws IOException {
        String path = file.toString().replace("\\", "\\\\");
        String writes =
                """
                public PlainDescent {
                        try {
                            java.nio.file.Files.writeString(java.nio.file.Path.of("FILE"), "ran");
                        } catch (java.io.IOException unwritable) {
                            throw new java.io.UncheckedIOException(unwritable);
                        }
                    }

                    public PlainDescent() {\
                """
                        .replace("FILE", path);
        String source = OPTIMIZER.replace("public PlainDescent() {", writes);
        build(jar, Optimizer.class, "com.example.plain.PlainDescent", source, "writing-descent");
    }

    private static Path build(Path jar, Class<?> kind, String type, String source, String name)
            throws IOException {
        Path classes = Files.createTempDirectory(jar.getParent().getParent(), "classes");
        compile(type, source.replace("NAME", name), classes);
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream content = new JarOutputStream(file)) {
            content.putNextEntry(new JarEntry("META-INF/services/" + kind.getName()));
            content.write(type.getBytes(StandardCharsets.UTF_8));
            String classFile = type.replace('.', '/') + ".class";
            content.putNextEntry(new JarEntry(classFile));
            content.write(Files.readAllBytes(classes.resolve(classFile)));
        }
        return jar;
    }

    /** Cuts a jar in the middle, as a download that broke off leaves it. */
    static void truncate(Path jar) throws IOException {
        byte[] whole = Files.readAllBytes(jar);
        Files.write(jar, Arrays.copyOf(whole, whole.length / 2));
    }

    private static void compile(String type, String source, Path classes) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        List<String> options =
                List.of("-classpath", spi(), "-proc:none", "-Xlint:all", "-d", classes.toString());
        boolean compiled =
                compiler.getTask(messages, null, null, options, null, List.of(file(type, source)))
                        .call();
        assertEquals("", messages.toString());
        assertEquals(true, compiled);
    }

    private static JavaFileObject file(String type, String source) {
        URI name = URI.create("string:///" + type.replace('.', '/') + ".java");
        return new SimpleJavaFileObject(name, JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }

    private static String spi() {
        try {
            return Path.of(
                            Optimizer.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI())
                    .toString();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
