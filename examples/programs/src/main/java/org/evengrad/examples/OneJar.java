package org.evengrad.examples;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.evengrad.Evengrad;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.operations.TrainRequest;

/**
 * An application in a single jar that holds every plugin: lists the strategies that it finds in
 * itself, then trains a configuration. It trains in a thread of the common pool, as servers do;
 * such a thread does not find the classes of the jar by itself.
 */
public final class OneJar {
    private OneJar() {}

    /**
     * Lists, then trains into the next free folder below {@code runs}.
     *
     * @param arguments the configuration file
     */
    public static void main(String[] arguments) {
        Evengrad evengrad = Evengrad.create(OneJar.class.getClassLoader(), List.of());
        StrategyRegistry strategies = evengrad.strategies();
        strategies.problems().forEach(problem -> System.out.println("problem: " + problem));
        strategies
                .all()
                .forEach(type -> System.out.println(type.kind().folder() + "/" + type.name()));

        TrainRequest request = TrainRequest.of(Path.of(arguments[0]));
        TrainingResult result =
                ForkJoinPool.commonPool().submit(() -> evengrad.train(request).result()).join();
        System.out.println(result.status() + " after " + result.ending().steps() + " steps");
    }
}
