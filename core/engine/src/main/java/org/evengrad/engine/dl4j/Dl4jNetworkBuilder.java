package org.evengrad.engine.dl4j;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.deeplearning4j.nn.api.Model;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.bind.StrategyReader;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.Provenance;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.dl4j.graph.ModelGraph;
import org.evengrad.engine.dl4j.imports.ImportedModel;
import org.evengrad.engine.dl4j.imports.KerasModelReader;
import org.evengrad.engine.dl4j.imports.ModelSettings;
import org.evengrad.engine.network.BringRequest;
import org.evengrad.engine.network.BringRequest.Format;
import org.evengrad.engine.network.BroughtModel;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.NetworkBuilder;
import org.evengrad.engine.network.NetworkPlan;
import org.evengrad.engine.network.NetworkPlan.Recurrence;
import org.evengrad.engine.network.OpenedModel;
import org.evengrad.engine.run.ModelDescription;
import org.evengrad.spi.Activation;

/** Builds networks as DL4J's {@code MultiLayerNetwork}. */
public final class Dl4jNetworkBuilder implements NetworkBuilder {
    private final StrategyRegistry registry;

    /**
     * A builder that knows the activations of a registry.
     *
     * @param registry what is installed
     */
    public Dl4jNetworkBuilder(StrategyRegistry registry) {
        this.registry = registry;
    }

    /**
     * Begins to start ND4J on a thread of its own. Whoever needs ND4J meanwhile waits for it.
     *
     * @return what ends when that has ended, however it went; a failure is left to whoever needs
     *     ND4J, who meets it again
     */
    public static CompletableFuture<Void> preload() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                NativeBackend.check(Dl4jNetworkBuilder.class.getClassLoader());
                            } catch (InvalidInputException | LinkageError met) {
                                // The same comes again where it can be reported.
                            } finally {
                                done.complete(null);
                            }
                        },
                        "evengrad-preload");
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    @Override
    public int cores() {
        return PhysicalCores.count();
    }

    @Override
    public Network build(NetworkPlan plan, int threads) {
        NativeBackend.check(Dl4jNetworkBuilder.class.getClassLoader());
        ThreadGenerator generator = ThreadGenerator.now();
        try {
            return assemble(plan, threads);
        } finally {
            generator.restore();
        }
    }

    private Network assemble(NetworkPlan plan, int threads) {
        Activations activations = new Activations(registry);
        ModelAssembly assembly = new ModelAssembly(plan, activations);
        Dl4jModel model =
                plan.branches()
                        ? new Dl4jModel.Graph(assembly.graph())
                        : new Dl4jModel.Chain(assembly.chain());
        return new Dl4jNetwork(
                model,
                plan.inputShape(),
                plan.recurrence(),
                ArrayLayout.OURS,
                Optional.of(activations),
                threads);
    }

    @Override
    public OpenedModel open(Path file, int threads) {
        NativeBackend.check(Dl4jNetworkBuilder.class.getClassLoader());
        ThreadGenerator generator = ThreadGenerator.now();
        try {
            return read(file, threads);
        } finally {
            generator.restore();
        }
    }

    @Override
    public BroughtModel bring(BringRequest request, int threads) {
        NativeBackend.check(Dl4jNetworkBuilder.class.getClassLoader());
        ThreadGenerator generator = ThreadGenerator.now();
        try {
            return BroughtModels.read(
                    request, imported(request), new Activations(registry), threads);
        } finally {
            generator.restore();
        }
    }

    private ImportedModel imported(BringRequest request) {
        if (request.format() == Format.KERAS) {
            return KerasModelReader.read(request.file());
        }
        ModelZip.Contents contents = ModelZip.read(request.file());
        resolve(contents.model().graph(), new StrategyReader(registry), request.file());
        Model model = contents.model().model();
        return new ImportedModel(model, ModelSettings.of(model));
    }

    private OpenedModel read(Path file, int threads) {
        ModelZip.Contents contents = ModelZip.read(file);
        Optional<ModelDescription> description =
                contents.evengradJson().flatMap(Dl4jNetworkBuilder::parse);
        List<Provenance.Use> strategies =
                description.map(ModelDescription::strategies).orElse(List.of());
        StrategyReader reader = new StrategyReader(registry.remembering(strategies));
        resolve(contents.model().graph(), reader, file);
        return new Opened(
                file,
                contents,
                lossOf(contents.model(), file),
                description.map(ModelDescription::inputShape).orElse(List.of()),
                new Activations(registry),
                threads);
    }

    /**
     * A model that waits for data.
     *
     * @param trainedShape of the examples that it was trained on; empty if it does not say
     */
    private record Opened(
            Path file,
            ModelZip.Contents contents,
            Loss loss,
            List<Integer> trainedShape,
            Activations activations,
            int threads)
            implements OpenedModel {
        @Override
        public Optional<String> evengradJson() {
            return contents.evengradJson();
        }

        @Override
        public Network network(List<Integer> exampleShape, int symbols) {
            ModelSettings settings = ModelSettings.of(contents.model().model());
            ExampleShape examples = new ExampleShape(file, exampleShape, symbols);
            return new Dl4jNetwork(
                    contents.model(),
                    examples.of(settings, trainedShape),
                    Recurrence.WHOLE,
                    ArrayLayout.of(settings),
                    Optional.of(activations),
                    threads);
        }
    }

    /** Gives the activations of ours their functions. */
    private static void resolve(ModelGraph graph, StrategyReader reader, Path file) {
        for (ModelGraph.Node node : graph.nodes()) {
            if (node.activation() instanceof StrategyActivation strategy) {
                strategy.resolve(
                        (Activation) reader.read(Kind.ACTIVATION, strategy.strategy(), file));
            }
        }
    }

    /** What the model says of itself; a damaged entry says nothing. */
    private static Optional<ModelDescription> parse(String evengradJson) {
        try {
            return Optional.of(ModelDescription.parse(evengradJson));
        } catch (IOException damaged) {
            return Optional.empty();
        }
    }

    private static Loss lossOf(Dl4jModel model, Path file) {
        return Losses.of(ModelTraits.of(model).lossFunction())
                .orElseThrow(
                        () ->
                                new InvalidInputException(
                                        Problem.inFile(
                                                file,
                                                "the model's last layer has no loss that Evengrad"
                                                        + " knows: cross-entropy,"
                                                        + " binary-cross-entropy, mse, mae or"
                                                        + " huber")));
    }
}
