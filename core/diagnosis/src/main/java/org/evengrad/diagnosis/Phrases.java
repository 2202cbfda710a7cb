package org.evengrad.diagnosis;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import org.evengrad.spi.Optimizer;

/** The words of verdicts. */
final class Phrases {
    private Phrases() {}

    /** Three digits, as people read them. */
    static String number(double value) {
        double magnitude = Math.abs(value);
        if (value == Math.rint(value) && magnitude < 1e6) {
            return Long.toString((long) value);
        }
        if (!(magnitude >= 1e-4 && magnitude < 1e4)) {
            return String.format(Locale.ROOT, "%.1e", value);
        }
        return BigDecimal.valueOf(value)
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }

    static String percent(double share) {
        return number(Math.rint(1000 * share) / 10) + "%";
    }

    /** A number beside what it crossed. */
    static String beside(double threshold) {
        return " (threshold " + number(threshold) + ")";
    }

    /** Facts as one sentence. */
    static String sentence(List<String> facts) {
        String joined = String.join("; ", facts);
        return joined.substring(0, 1).toUpperCase(Locale.ROOT) + joined.substring(1);
    }

    static String lowerRate(Optimizer optimizer) {
        String rate = number(optimizer.learningRate() / 10);
        return "optimizer.learning-rate = "
                + rate
                + " (Java: optimizer.withLearningRate("
                + rate
                + "))";
    }

    static String higherRate(Subject subject) {
        String rate = number(subject.optimizer().learningRate() * 10);
        return "optimizer.learning-rate = "
                + rate
                + " (Java: optimizer.withLearningRate("
                + rate
                + "))";
    }

    static String clip() {
        return "guards = [ nonfinite, { use = clip-global-norm, max-norm = 1.0 } ] (Java: new"
                + " Nonfinite(), new ClipGlobalNorm(1.0))";
    }
}
