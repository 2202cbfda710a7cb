package org.evengrad.config.plugins;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.evengrad.spi.Strategy;

/** Builds the jar of a plugin from source, against the SPI alone, as a third party would. */
public final class PluginJar {
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> entries = new LinkedHashMap<>();
    private final List<Path> libraries = new ArrayList<>();

    /** Adds a source file. */
    public PluginJar source(String className, String text) {
        sources.put(className, text);
        return this;
    }

    /** Adds an optimizer of the given name, as class {@code example.CLASS}, and its service. */
    public PluginJar optimizer(String simpleName, String name) {
        return source("example." + simpleName, optimizerSource(simpleName, name, ""))
                .service("Optimizer", "example." + simpleName);
    }

    /** The source of an optimizer. */
    public static String optimizerSource(String simpleName, String name, String body) {
        return """
        package example;

        import org.evengrad.spi.*;

        @Strategy(name = "%s", summary = "Test", formula = "-", useWhen = "-",
                avoidWhen = "-", reference = "-", since = "1.0")
        public record %s(@Option(help = "Rate", range = "(0, inf)") double learningRate)
                implements Optimizer {
            public %s() {
                this(0.25);
            }

            @Override
            public void update(Chunk chunk, StepContext at) {%s}
        }
        """
                .formatted(name, simpleName, simpleName, body);
    }

    /** Names providers of one of the SPI's interfaces. */
    public PluginJar service(String simpleInterfaceName, String... classNames) {
        entries.put(
                "META-INF/services/org.evengrad.spi." + simpleInterfaceName,
                "# providers\n" + String.join("\n", classNames) + " # the last\n");
        return this;
    }

    /** Adds a jar to compile against. */
    public PluginJar library(Path jar) {
        libraries.add(jar);
        return this;
    }

    /** Compiles and writes the jar. */
    public Path write(Path jar) throws Exception {
        Files.createDirectories(jar.getParent());
        Path work = Files.createTempDirectory("plugin");
        try {
            Path classes = Files.createDirectories(work.resolve("classes"));
            compile(work.resolve("src"), classes);
            pack(classes, jar);
        } finally {
            for (Path each : paths(work)) {
                Files.delete(each);
            }
        }
        return jar;
    }

    private void pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                out.putNextEntry(new JarEntry(entry.getKey()));
                out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
            for (Path compiled : paths(classes)) {
                if (Files.isRegularFile(compiled)) {
                    String name = classes.relativize(compiled).toString().replace('\\', '/');
                    out.putNextEntry(new JarEntry(name));
                    out.write(Files.readAllBytes(compiled));
                }
            }
        }
    }

    private void compile(Path folder, Path classes) throws Exception {
        if (sources.isEmpty()) {
            return;
        }
        Path spi =
                Path.of(Strategy.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        StringBuilder classPath = new StringBuilder(spi.toString());
        libraries.forEach(jar -> classPath.append(File.pathSeparator).append(jar));
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-proc:none",
                                "-cp",
                                classPath.toString(),
                                "-d",
                                classes.toString()));
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = folder.resolve(source.getKey().replace('.', '/') + ".java");
            Files.createDirectories(file.getParent());
            arguments.add(Files.writeString(file, source.getValue()).toString());
        }
        int result =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, arguments.toArray(String[]::new));
        if (result != 0) {
            throw new IllegalStateException("the test's plugin does not compile");
        }
    }

    /** Everything below a folder, and the folder: what is inside comes first. */
    private static List<Path> paths(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.sorted(Comparator.reverseOrder()).toList();
        }
    }
}
