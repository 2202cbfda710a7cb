package org.evengrad.config.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
    private static final List<String> NAMES =
            List.of(
                    "adam",
                    "adamw",
                    "sgd",
                    "learning-rate",
                    "beta1",
                    "clip-value",
                    "clip-norm",
                    "clip-global-norm",
                    "he",
                    "stratified");

    @ParameterizedTest
    @CsvSource({
        "learnin-rate, learning-rate",
        "learningRate, learning-rate",
        "learning_rate, learning-rate",
        "leraning-rate, learning-rate",
        "Adam, adam",
        "adma, adam",
        "adamW, adamw",
        "sdg, sgd",
        "clip-global, clip-global-norm",
        "clip-nrom, clip-norm",
        "strat, stratified",
        "beta, beta1"
    })
    void findsWhatWasMeant(String wanted, String meant) {
        assertEquals(Optional.of(meant), Suggestion.nearest(wanted, NAMES));
    }

    @ParameterizedTest
    @CsvSource({"lr", "xe", "relu", "momentum", "gamma2", "''"})
    void staysSilentRatherThanSilly(String wanted) {
        assertEquals(Optional.empty(), Suggestion.nearest(wanted, NAMES));
    }

    @Test
    void formsASentence() {
        assertEquals(" Did you mean sgd?", Suggestion.sentence("sgdd", NAMES));
        assertEquals("", Suggestion.sentence("momentum", NAMES));
    }
}
