package org.evengrad.config;

import java.util.List;
import java.util.Optional;
import org.evengrad.config.bind.Key;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.spi.Activation;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Scheduler;

/**
 * Everything that a training run is told: a whole configuration file.
 *
 * @param name of the run and its folder; the file's name if absent
 * @param seed of every random number
 * @param data what the network learns from
 * @param model the network
 * @param initializer sets the first weights
 * @param biasInitializer sets the first biases; empty: zeros
 * @param activation follows each hidden layer that names none
 * @param optimizer changes the parameters; empty: as the model says that was brought along
 * @param scheduler changes the learning rate over time; empty: as that model says
 * @param guards inspect the gradient of each step, in this order; empty: as that model says, behind
 *     {@code nonfinite}
 * @param training how long and how training runs
 * @param health how the run is watched
 * @since 0.1.0
 */
public record RunConfig(
        @Key(pattern = FOLDER_NAME, patternMeaning = FOLDER_NAME_MEANING) String name,
        @Key(absent = "42") long seed,
        DataConfig data,
        ModelConfig model,
        @Key(absent = "he") Initializer initializer,
        Optional<Initializer> biasInitializer,
        @Key(absent = "relu") Activation activation,
        @Key(absent = "adam") Optional<Optimizer> optimizer,
        @Key(absent = "constant") Optional<Scheduler> scheduler,
        @Key(absent = "[nonfinite]") Optional<List<GradientGuard>> guards,
        @Key(absent = "{}") TrainingConfig training,
        @Key(absent = "{}") HealthConfig health) {
    private static final String FOLDER_NAME =
            "[\\p{L}\\p{N}_]([\\p{L}\\p{N}_. -]*[\\p{L}\\p{N}_-])?";
    private static final String FOLDER_NAME_MEANING =
            "usable as a folder's name: letters, digits, spaces, '_', '-' and '.', beginning with"
                    + " a letter or digit";

    /**
     * Copies the list, and checks what no section can check alone.
     *
     * @throws InvalidInputException if training selects by validation rows and there are none
     */
    public RunConfig {
        guards = guards.map(List::copyOf);
        boolean noValidation = data.validation().filter(part -> part.value() == 0).isPresent();
        if (noValidation && training.keep() == TrainingConfig.Keep.BEST) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "training.keep", "best needs validation rows; data.validation is 0"));
        }
        if (noValidation && training.earlyStop().isPresent()) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "training.early-stop", "needs validation rows; data.validation is 0"));
        }
    }

    /** A name made from the name of a file, whatever letters that has. */
    static String nameFor(String fileName) {
        String name = fileName.replaceAll("[^\\p{L}\\p{N}_.-]+", "-");
        return name.matches(FOLDER_NAME) ? name : "run" + name.replaceAll("^[.-]*|[.-]+$", "");
    }
}
