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

    /** A number beside what it crossed. */
    static String beside(double threshold) {
        return " (threshold " + number(threshold) + ")";
    }

    /** Facts as one sentence. */
    static String sentence(List<String> facts) {
        String joined = String.join("; ", facts);
        return joined.substring(0, 1).toUpperCase(Locale.ROOT) + joined.substring(1);
    }

    /** Where a signal shrinks or grows, and by whose doing. */
    static String where(SignalPath path, List<Integer> blamed) {
        boolean one = blamed.size() == 1;
        return path.spoken(blamed)
                + (one ? " multiplies" : " each multiply")
                + " the signal by "
                + number(path.gainPerLayer(blamed))
                + (one ? ": " : " on average: ")
                + number(path.activationGainPerLayer(blamed))
                + " by the activation's slope, "
                + number(path.weightGainPerLayer(blamed))
                + " by the weights";
    }

    static String lowerRate(Optimizer optimizer) {
        String rate = number(optimizer.learningRate() / 10);
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
