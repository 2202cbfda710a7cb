package org.evengrad.config.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;
import org.junit.jupiter.api.Test;

class StrategyTypeTest {
    /** Wrong in as many ways as fit into one record. */
    @Strategy(
            name = "Bad Name",
            summary = " ",
            formula = "-",
            useWhen = "-",
            avoidWhen = "-",
            reference = "",
            since = "0.1.0",
            helpsAgainst = {"non-finite", "vanishing-gradients/weights"})
    public record Wrong(
            double rate,
            @Option(help = "", range = "[0, 1") double beta,
            @Option(help = "Where") Path file,
            @Option(help = "Name", range = "[0, 1]") String use,
            @Option(help = "Text") String text,
            @Option(help = "Number", range = "(0, 1)") double outside)
            implements Optimizer {
        public Wrong() {
            this(0, 0, null, "", null, 2);
        }

        @Override
        public double learningRate() {
            return rate;
        }

        @Override
        public void update(Chunk chunk, StepContext at) {}
    }

    record Hidden(@Option(help = "Number") double number) implements Scheduler {
        @Override
        public Schedule start(Horizon horizon) {
            return at -> 1;
        }
    }

    public static final class NoRecord implements Activation, Scheduler {
        @Override
        public void forward(float[] x, float[] y, int size) {}

        @Override
        public void backward(float[] x, float[] y, float[] gradient, int size) {}

        @Override
        public Schedule start(Horizon horizon) {
            return at -> 1;
        }
    }

    @Strategy(
            name = "failing",
            summary = "Fails",
            formula = "-",
            useWhen = "-",
            avoidWhen = "-",
            reference = "-",
            since = "0.1.0")
    public record Failing(@Option(help = "Number") double number) implements Scheduler {
        public Failing() {
            this(0);
        }

        public Failing {
            if (number == 0) {
                throw new IllegalStateException("no zero");
            }
        }

        @Override
        public Schedule start(Horizon horizon) {
            return at -> 1;
        }
    }

    private static StrategyType describe(Class<?> type) {
        return StrategyType.describe(type, Origin.bound());
    }

    private static List<String> problems(Class<?> type) {
        return assertThrows(InvalidInputException.class, () -> describe(type)).problems().stream()
                .map(Problem::message)
                .map(message -> message.replace(type.getName() + ": ", ""))
                .toList();
    }

    @Test
    void readsNameDocumentationAndOptions() {
        StrategyType adam = describe(Samples.Adam.class);
        assertEquals(Kind.OPTIMIZER, adam.kind());
        assertEquals("adam", adam.name());
        assertEquals("optimizer 'adam'", adam.toString());
        assertEquals("w -= rate * m", adam.formula());
        assertEquals("to begin with", adam.useWhen());
        assertEquals("to end with", adam.avoidWhen());
        assertEquals(Samples.Adam.class, adam.type());
        assertEquals(new Samples.Adam(), adam.defaults());
        assertEquals(
                List.of("learning-rate", "beta1", "beta2"),
                adam.options().stream().map(OptionType::key).toList());
        OptionType rate = adam.options().get(0);
        assertEquals(0.001, rate.defaultValue());
        assertEquals(double.class, rate.type());
        assertEquals("Rate", rate.help());
        assertEquals(Range.parse("(0, inf)"), rate.range());
        assertEquals(0.5, rate.value(new Samples.Adam(0.5, 0, 0)));
    }

    @Test
    void reportsEverythingThatIsWrongAtOnce() {
        assertEquals(
                List.of(
                        "has the name 'Bad Name', which is not kebab-case",
                        "has an empty summary in @Strategy",
                        "has an empty reference in @Strategy",
                        "helps against 'vanishing-gradients/weights' in @Strategy, and no verdict"
                                + " has the name 'vanishing-gradients'. Did you mean"
                                + " vanishing-gradient?",
                        "component rate has no @Option",
                        "component beta has an empty help text in @Option",
                        "component beta has an invalid range: '[0, 1' is no range such as [0, 1)",
                        "component file has the type java.nio.file.Path; an option is a boolean,"
                                + " int, long, double, String, enum, List<Double>, Span, Duration,"
                                + " strategy or list of strategies",
                        "component use has the name of the key that names the strategy",
                        "component use has a range but is no number",
                        "component text has no default",
                        "component outside has a default that must be in (0, 1), not 2",
                        "is an optimizer whose first component is not double learningRate"),
                problems(Wrong.class));
    }

    @Test
    void refusesARecordThatIsHiddenOrHasNoDefaults() {
        assertEquals(
                List.of(
                        "has no @Strategy",
                        "is not public",
                        "has no public no-argument constructor for its defaults"),
                problems(Hidden.class));
    }

    @Test
    void refusesAClassThatIsNoRecordOrOfTwoKinds() {
        assertEquals(
                List.of(
                        "implements more than one of the five strategy interfaces",
                        "has no @Strategy",
                        "is not a record"),
                problems(NoRecord.class));
    }

    @Test
    void refusesDefaultsThatCannotBeMade() {
        assertEquals(
                List.of(
                        "has a no-argument constructor that fails:"
                                + " java.lang.IllegalStateException: no zero"),
                problems(Failing.class));
    }

    @Test
    void createsFromValuesAndDefaults() {
        assertEquals(
                new Samples.Adam(0.5, 0.9, 0.99),
                describe(Samples.Adam.class).create(Map.of("learning-rate", 0.5, "beta2", 0.99)));
    }

    @Test
    void refusesToCreateFromWhatIsNotAllowed() {
        StrategyType adam = describe(Samples.Adam.class);
        assertRefused("unknown options [rate]", adam, Map.of("rate", 1.0));
        assertRefused("beta1 must be in [0, 1), not 1", adam, Map.of("beta1", 1.0));
        assertRefused("inner must be given", describe(Samples.Lookahead.class), Map.of());
    }

    private static void assertRefused(
            String message, StrategyType type, Map<String, Object> values) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> type.create(values));
        assertEquals(message, refusal.getMessage());
    }
}
