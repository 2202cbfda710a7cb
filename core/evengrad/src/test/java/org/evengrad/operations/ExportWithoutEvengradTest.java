package org.evengrad.operations;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.evengrad.Evengrad;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The proof in another JVM, whose class path has DL4J and nothing of ours. */
class ExportWithoutEvengradTest {
    /** Opens a model, predicts, fits one step, and predicts again. */
    private static final String PROGRAM =
            """
            import java.io.File;
            import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
            import org.deeplearning4j.util.ModelSerializer;
            import org.nd4j.linalg.api.ndarray.INDArray;
            import org.nd4j.linalg.factory.Nd4j;

            public class Plain {
                public static void main(String[] arguments) throws Exception {
                    try {
                        Class.forName("org.evengrad.Evengrad");
                        System.out.println("Evengrad is here");
                    } catch (ClassNotFoundException expected) {
                        System.out.println("no Evengrad");
                    }
                    MultiLayerNetwork network =
                            ModelSerializer.restoreMultiLayerNetwork(new File(arguments[0]), true);
                    INDArray x = Nd4j.linspace(-1, 1, 8).castTo(Nd4j.dataType()).reshape(2, 4);
                    INDArray y = Nd4j.createFromArray(new float[][] {{1, 0, 0}, {0, 0, 1}});
                    print("predicted", network.output(x, false));
                    network.fit(x, y);
                    print("fitted", network.params());
                    System.out.println("iterations " + network.getIterationCount());
                }

                private static void print(String what, INDArray values) {
                    for (float value : values.dup('c').data().asFloat()) {
                        System.out.println(what + " " + value);
                    }
                }
            }
            """;

    private static final String CONFIG =
            """
            data { source = iris, batch-size = 16 }
            model { layers = [ { dense = 8 }, { dense = 6, activation = leaky-relu } ] }
            activation = tanh, initializer = xavier
            optimizer { use = adam, learning-rate = 0.02 }
            training { epochs = 3, threads = 1 }
            """;

    @TempDir private Path folder;

    /** The jars that DL4J came from, and all beside them but ours; no folder of classes. */
    private static String thirdPartyClassPath() {
        List<String> jars = new ArrayList<>();
        for (Path path : classPath()) {
            if (Files.isRegularFile(path) && !path.getFileName().toString().contains("evengrad")) {
                jars.add(path.toString());
            }
        }
        return String.join(File.pathSeparator, jars);
    }

    private static List<Path> classPath() {
        if (MultiLayerNetwork.class.getClassLoader() instanceof URLClassLoader loader) {
            return Stream.of(loader.getURLs()).map(URL::getPath).map(Path::of).toList();
        }
        String all =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(all.split(File.pathSeparator)).map(Path::of).toList();
    }

    private List<String> run(Path model) throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve("Plain.java"), PROGRAM);
        Path output = folder.resolve("output.txt");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                thirdPartyClassPath(),
                                source.toString(),
                                model.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertTrue(process.waitFor(2, TimeUnit.MINUTES), "still running");
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(output);
    }

    private static float[] values(List<String> lines, String what) {
        List<Float> values = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(what + " ")) {
                values.add(Float.parseFloat(line.substring(what.length() + 1)));
            }
        }
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }

    @Test
    void opensPredictsAndTrainsOnInAJvmWithoutOurJars() throws Exception {
        Path config = Files.writeString(folder.resolve("net.conf"), CONFIG);
        Evengrad evengrad = Evengrad.create();
        Path run = evengrad.train(TrainRequest.of(config).below(folder)).folder().path();
        Path file = folder.resolve("plain.zip");
        evengrad.export(ExportRequest.of(run, file));

        List<String> lines = run(file);

        assertTrue(lines.contains("no Evengrad"), () -> String.join("\n", lines));
        MultiLayerNetwork network = ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true);
        INDArray x = Nd4j.linspace(-1, 1, 8).castTo(Nd4j.dataType()).reshape(2, 4);
        INDArray y = Nd4j.createFromArray(new float[][] {{1, 0, 0}, {0, 0, 1}});
        assertArrayEquals(
                network.output(x, false).dup('c').data().asFloat(),
                values(lines, "predicted"),
                1e-6f,
                () -> String.join("\n", lines));
        network.fit(x, y);
        assertArrayEquals(network.params().toFloatVector(), values(lines, "fitted"), 1e-6f);
        assertEquals(1, lines.stream().filter("iterations 22"::equals).count());
    }
}
