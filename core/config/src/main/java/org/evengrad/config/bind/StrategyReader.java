package org.evengrad.config.bind;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.spi.Activation;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Scheduler;

/**
 * Reads strategies from text that {@link StrategyWriter} wrote, for example from a saved model.
 *
 * @since 0.1.0
 */
public final class StrategyReader {
    private final StrategyRegistry registry;

    /** A reader that knows the given strategies. */
    public StrategyReader(StrategyRegistry registry) {
        this.registry = registry;
    }

    /**
     * Reads a strategy.
     *
     * @param kind what it is, which is the type of the result
     * @param text {@code { use = leaky-relu, slope = 0.1 }}
     * @param file where the text is from, for messages
     * @throws InvalidInputException if it is not installed, or has other options
     */
    public Object read(Kind kind, String text, Path file) {
        return read(kind.singular(), text, file).any().orElseThrow();
    }

    /**
     * Reads a chain of guards.
     *
     * @param text {@code [ nonfinite, { use = clip-value, limit = 1.0 } ]}
     * @param file where the text is from, for messages
     * @throws InvalidInputException if one is not installed, or has other options
     */
    public List<GradientGuard> readGuards(String text, Path file) {
        return read("guards", text, file).guards().orElseThrow();
    }

    private Strategies read(String key, String text, Path file) {
        Binder binder = new Binder(registry, new Places(file));
        Optional<Strategies> read;
        try {
            Config config = ConfigFactory.parseString(key + " = " + text).resolve();
            read = binder.bind(config, Strategies.class);
        } catch (ConfigException damaged) {
            throw new InvalidInputException(
                    Problem.inFile(file, "no strategy can be read from '" + text + "'"));
        }
        return read.orElseThrow(() -> new InvalidInputException(binder.problems()));
    }

    /** A configuration that holds one strategy of any kind, or a chain. */
    record Strategies(
            Optional<Initializer> initializer,
            Optional<Activation> activation,
            Optional<Optimizer> optimizer,
            Optional<Scheduler> scheduler,
            Optional<GradientGuard> guard,
            Optional<List<GradientGuard>> guards) {
        private Optional<Object> any() {
            return Stream.of(initializer, activation, optimizer, scheduler, guard)
                    .<Object>flatMap(Optional::stream)
                    .findFirst();
        }
    }
}
