package org.evengrad.benchmarks.race;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts the contestants of one model, each with the threads that it is to have. */
final class Lineup {
    /** Evengrad with all cores. */
    static final String EVENGRAD = "evengrad";

    /** Evengrad with one thread. */
    static final String ONE_THREAD = "evengrad with one thread";

    /** DL4J's fit. */
    static final String DL4J = "dl4j";

    /** PyTorch through DJL. */
    static final String PYTORCH = "pytorch";

    /** Matrix products. */
    static final String SGEMM = "sgemm";

    /** What every Python contestant's name begins with. */
    static final String PYTHON = "python ";

    private static final List<String> PYTHON_VARIANTS = List.of("single", "foreach", "fused");
    private static final String SCRIPT = "race.py";

    /** Operations in a step of the matrix products, about, on each core. */
    private static final double SGEMM_STEP_FLOPS = 2e8;

    private final RaceOptions options;
    private final Path folder;
    private final Path data;
    private final Path runs;

    /**
     * A line-up.
     *
     * @param folder where contestants keep files
     */
    Lineup(RaceOptions options, Path folder) throws IOException {
        this.options = options;
        this.folder = folder;
        data = folder.resolve("data");
        runs = folder.resolve("runs");
        Folders.delete(runs);
        Files.createDirectories(runs);
        Examples.write(data);
    }

    /** Products that each core computes in a step of the matrix products. */
    static int productsInStep(RaceModel model) {
        return (int) Math.ceil(SGEMM_STEP_FLOPS / model.largestProduct().flops());
    }

    /** Starts all; the caller closes them. */
    List<Contestant> start(RaceModel model) throws IOException {
        List<Contestant> started = new ArrayList<>();
        try {
            started.add(evengrad(model, EVENGRAD, options.threads()));
            if (options.threads() > 1) {
                started.add(evengrad(model, ONE_THREAD, 1));
            }
            started.add(
                    java(model, DL4J, "Dl4jContestant", Map.of(), model.key(), data.toString()));
            started.add(pytorch(model));
            started.add(sgemm(model));
            if (options.python().isPresent()) {
                for (String variant : PYTHON_VARIANTS) {
                    started.add(python(model, options.python().get(), variant));
                }
            }
            return started;
        } catch (IOException | RuntimeException e) {
            started.forEach(Contestant::close);
            throw e;
        }
    }

    /** Deletes what Evengrad's runs wrote; for when no contestant runs. */
    void clear() throws IOException {
        Folders.delete(runs);
    }

    private Contestant evengrad(RaceModel model, String name, int threads) throws IOException {
        Path config = folder.resolve(model.key() + "-" + threads + ".conf");
        Files.writeString(
                config,
                EvengradConfig.text(
                        Examples.config(model.source(), data),
                        model.layers(),
                        model.batch(),
                        threads));
        Path run = runs.resolve(model.key() + "-" + threads);
        return java(model, name, "EvengradContestant", Map.of(), config.toString(), run.toString());
    }

    private Contestant pytorch(RaceModel model) throws IOException {
        String threads = Integer.toString(options.threads());
        return new Contestant(
                PYTORCH,
                JavaProcess.command(
                        name("PytorchContestant"),
                        List.of(
                                "-Dai.djl.offline=true",
                                "-DOPT_OUT_TRACKING=true",
                                "-DDJL_CACHE_DIR=" + folder.resolve("djl")),
                        model.key(),
                        data.toString(),
                        threads),
                Map.of("OMP_NUM_THREADS", threads, "MKL_NUM_THREADS", threads),
                log(model, PYTORCH));
    }

    private Contestant sgemm(RaceModel model) throws IOException {
        Product product = model.largestProduct();
        return java(
                model,
                SGEMM,
                "SgemmContestant",
                Map.of("OPENBLAS_NUM_THREADS", "1", "OMP_NUM_THREADS", "1"),
                Integer.toString(product.rows()),
                Integer.toString(product.inner()),
                Integer.toString(product.columns()),
                Integer.toString(productsInStep(model)),
                Integer.toString(options.threads()));
    }

    private Contestant python(RaceModel model, String python, String variant) throws IOException {
        Path script = folder.resolve(SCRIPT);
        try (InputStream source = Lineup.class.getResourceAsStream(SCRIPT)) {
            Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
        }
        String threads = Integer.toString(options.threads());
        return new Contestant(
                PYTHON + variant,
                List.of(python, script.toString(), model.key(), data.toString(), threads, variant),
                Map.of("OMP_NUM_THREADS", threads, "MKL_NUM_THREADS", threads),
                log(model, PYTHON + variant));
    }

    private Contestant java(
            RaceModel model,
            String name,
            String mainClass,
            Map<String, String> environment,
            String... arguments)
            throws IOException {
        return new Contestant(
                name,
                JavaProcess.command(name(mainClass), List.of(), arguments),
                environment,
                log(model, name));
    }

    private static String name(String contestant) {
        return Lineup.class.getPackageName() + "." + contestant;
    }

    private Path log(RaceModel model, String name) {
        return folder.resolve(model.key() + "-" + name.replace(' ', '-') + ".log");
    }
}
