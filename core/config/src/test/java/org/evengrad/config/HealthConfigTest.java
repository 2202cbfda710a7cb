package org.evengrad.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.HealthConfig.BadBatch;
import org.evengrad.config.HealthConfig.OnVerdict;
import org.evengrad.config.HealthConfig.Waiver;
import org.evengrad.spi.Span;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthConfigTest {
    private static final String NETWORK =
            "data { source = iris }\nmodel { layers = [ { dense = 4 } ] }\n";

    @TempDir Path folder;
    private ConfigFixture configs;

    @BeforeEach
    void makeFixture() {
        configs = new ConfigFixture(folder);
    }

    private void refuses(String health, String expected) throws Exception {
        assertEquals(expected + "\n", configs.refusal(NETWORK + health));
    }

    @Test
    void readsHowARunIsWatched() throws Exception {
        HealthConfig read =
                configs.load(
                                NETWORK
                                        + """
                                        health {
                                          on-verdict = guard
                                          budget = 2%
                                          bad-batch = data
                                          ignore = [
                                            { problem = saturation, layers = [dense-1], reason = known
                                              until = "2027-01-31" }
                                          ]
                                        }
                                        """)
                        .health();
        Waiver waiver =
                new Waiver("saturation", List.of("dense-1"), "known", Optional.of("2027-01-31"));
        assertEquals(
                new HealthConfig(
                        OnVerdict.GUARD,
                        new Span(2, Span.Unit.PERCENT),
                        List.of(waiver),
                        BadBatch.DATA),
                read);
        assertEquals(HealthConfig.DEFAULTS, configs.load(NETWORK).health());
    }

    @Test
    void refusesABudgetThatIsNoShare() throws Exception {
        refuses(
                "health {\n  budget = 5 steps\n}",
                "health.budget (net.conf: 4): a share of the time of steps, such as 5%, not 5"
                        + " steps");
        refuses(
                "health.budget = 101%",
                "health.budget (net.conf: 3): must be in [0, 100], not 101%");
    }

    @Test
    void refusesADayThatIsNone() throws Exception {
        refuses(
                "health.ignore = [\n"
                        + "  { problem = saturation, reason = known, until = tomorrow }\n"
                        + "]",
                "health.ignore.0.until (net.conf: 4): a day such as 2027-01-31, not 'tomorrow'");
    }

    @Test
    void refusesAnUnknownReactionAndAnUnknownProblem() throws Exception {
        refuses(
                "health {\n  on-verdict = halt\n}",
                "health.on-verdict (net.conf: 4): must be one of warn, stop, guard, not the text"
                        + " \"halt\"");
        refuses(
                "health.ignore = [ { problem = saturated, reason = known } ]",
                "health.ignore.0.problem (net.conf: 3): no verdict has the name 'saturated'. Did"
                        + " you mean saturation? Problems: "
                        + String.join(", ", HealthConfig.PROBLEMS));
    }

    @Test
    void aWaiverAcceptsWhatItNamesUntilItsLastDay() {
        LocalDate last = LocalDate.of(2027, 1, 31);
        Waiver waiver =
                new Waiver("saturation", List.of("a", "b"), "known", Optional.of("2027-01-31"));
        assertTrue(waiver.accepts("saturation", List.of("b"), last));
        assertFalse(waiver.accepts("saturation", List.of("b"), last.plusDays(1)));
        assertFalse(waiver.accepts("saturation", List.of("b", "c"), last));
        assertFalse(waiver.accepts("saturation", List.of(), last));
        assertFalse(waiver.accepts("dead-units", List.of("b"), last));
    }
}
