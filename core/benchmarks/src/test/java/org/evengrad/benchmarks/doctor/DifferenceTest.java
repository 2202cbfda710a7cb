package org.evengrad.benchmarks.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class DifferenceTest {
    @Test
    void isAsWideAsTheNormalIntervalOfManyPairs() {
        Random random = new Random(3);
        double[] pairs = random.doubles(400).toArray();
        double mean = 0;
        for (double pair : pairs) {
            mean += pair / pairs.length;
        }
        double squares = 0;
        for (double pair : pairs) {
            squares += (pair - mean) * (pair - mean);
        }
        double error = Math.sqrt(squares / pairs.length) / Math.sqrt(pairs.length);

        Difference difference = Difference.of(pairs, 1);

        assertEquals(mean, difference.mean(), 1e-12);
        assertEquals(mean - 1.96 * error, difference.lower(), 0.1 * error);
        assertEquals(mean + 1.96 * error, difference.upper(), 0.1 * error);
    }

    @Test
    void coversTheMeanInAboutNineteenOfTwentySamples() {
        Random random = new Random(5);
        int covered = 0;
        int samples = 100;
        for (int i = 0; i < samples; i++) {
            Difference difference =
                    Difference.of(random.doubles(60).map(each -> each - 0.5).toArray(), i);
            if (difference.lower() < 0 && difference.upper() > 0) {
                covered++;
            }
        }
        assertTrue(covered >= 89, covered + " of 100");
        assertTrue(covered < 100, covered + " of 100");
    }

    @Test
    void knowsNoDoubtAmongEqualPairs() {
        Difference difference = Difference.of(new double[] {0.25, 0.25, 0.25}, 1);

        assertEquals(new Difference(0.25, 0.25, 0.25, 3), difference);
        assertEquals("+0.250 (+0.250 to +0.250)", difference.text());
    }

    @Test
    void saysNothingOfNoPairs() {
        Difference difference = Difference.of(new double[0], 1);

        assertEquals("-", difference.text());
        assertTrue(!(difference.lower() > 0), "nothing is shown by nothing");
    }

    @Test
    void repeatsItself() {
        double[] pairs = {0.1, -0.3, 0.4, 0.2, 0.9};

        assertEquals(Difference.of(pairs, 7), Difference.of(pairs, 7));
    }
}
