package org.evengrad.config.bind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.evengrad.config.plugins.Samples;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Span;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StrategyWriterTest {
    /** A place for a strategy of each kind that the tests write. */
    public record Holder(
            List<Optimizer> optimizers, List<Scheduler> schedulers, List<GradientGuard> guards) {}

    private final StrategyRegistry registry = Samples.registry();
    private final StrategyWriter writer = new StrategyWriter(registry);

    @Test
    void writesEveryOptionOnOneLine() {
        assertEquals("{ use = nonfinite }", writer.write(new Samples.Nonfinite()));
        assertEquals(
                "{ use = adam, learning-rate = 0.001, beta1 = 0.9, beta2 = 0.999 }",
                writer.write(new Samples.Adam()));
        assertEquals(
                "{ use = everything, flag = false, count = 1, seed = -1, limit = inf,"
                        + " label = \"a \\\"b\\\" # c\", mode = fan-in,"
                        + " milestones = [ 0.5, 1.0E-8 ], warmup = 5%, patience = 90s,"
                        + " scheduler = { use = constant } }",
                writer.write(new Samples.Everything()));
    }

    static Stream<Record> strategies() {
        return Stream.of(
                new Samples.Sgd(1e-300),
                new Samples.Lookahead(0.1, new Samples.Lookahead(1, new Samples.Adam(), 2), 3),
                new Samples.Chain(List.of()),
                new Samples.Chain(
                        List.of(new Samples.Nonfinite(), new Samples.ClipGlobalNorm(1.0 / 3))),
                new Samples.Everything(),
                new Samples.Everything(
                        true,
                        10,
                        Long.MIN_VALUE,
                        Double.MAX_VALUE,
                        "line\nbreak ${x} \\ ü",
                        Samples.Mode.TRUE,
                        List.of(),
                        new Span(1e-5, Span.Unit.EPOCHS),
                        Duration.ofSeconds(1, 1),
                        new Samples.Cosine(new Span(1.5, Span.Unit.STEPS), 1)),
                new Samples.Everything(
                        true,
                        0,
                        Long.MAX_VALUE,
                        Double.MIN_VALUE,
                        "",
                        Samples.Mode.FAN_OUT,
                        List.of(0.0, 1.0),
                        Span.ZERO,
                        Duration.ofMillis(1500),
                        new Samples.Everything()));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void readsBackWhatItWrites(Record strategy) {
        String text = writer.write(strategy);
        String key =
                strategy instanceof Optimizer
                        ? "optimizers"
                        : strategy instanceof Scheduler ? "schedulers" : "guards";
        String config =
                "optimizers = [], schedulers = [], guards = []\n" + key + " = [ " + text + " ]";
        Binder binder = new Binder(registry, new Places(Path.of("test.conf")));
        Holder holder =
                binder.bind(ConfigFactory.parseString(config), Holder.class)
                        .orElseThrow(() -> new AssertionError(binder.problems()));
        List<Object> read =
                Stream.of(holder.optimizers(), holder.schedulers(), holder.guards())
                        .flatMap(List<?>::stream)
                        .map(Object.class::cast)
                        .toList();
        assertEquals(List.<Object>of(strategy), read);
    }

    @ParameterizedTest
    @CsvSource({
        "3600, 0, 1h",
        "5400, 0, 90m",
        "61, 0, 61s",
        "0, 0, 0h",
        "1, 500000000, 1500ms",
        "0, 1, 0.000000001s"
    })
    void writesADurationInItsLargestWholeUnit(long seconds, long nanos, String text) {
        assertEquals(text, writer.value(Duration.ofSeconds(seconds, nanos)));
    }

    @Test
    void refusesWhatIsNoStrategyOrNoValue() {
        assertThrows(InvalidInputException.class, () -> writer.write("adam"));
        assertThrows(IllegalArgumentException.class, () -> writer.value(new Object()));
        assertThrows(IllegalArgumentException.class, () -> writer.value(Double.NaN));
    }
}
