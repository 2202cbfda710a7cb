package org.evengrad.initializers.fixup;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Distribution;
import org.evengrad.spi.Fan;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Lets residual networks train without normalization: the last weights of every residual branch and
 * those of the output begin at 0, the others in a branch as He's, made smaller the more branches
 * there are, so that one step changes the network's output by an amount that does not grow with
 * depth. Zhang, Dauphin and Ma, 2019.
 *
 * <p>These are the rules 1 and 2 of the paper. Rule 3, a scalar bias before and a scalar multiplier
 * behind the weights, is a matter of the network, not of its first weights. The paper leaves open
 * which fan counts; its authors' code takes fan-out. Outside the branches weights are He's. A
 * network without any branch has nothing to fix, and begins with He's weights throughout. Biases
 * become 0.
 *
 * @param mode which fan He's rule counts
 * @param distribution what the weights are drawn from
 * @since 0.1.0
 */
@Strategy(
        name = "fixup",
        summary = "Lets deep residual networks train without normalization",
        formula =
                "w ~ distribution(mean 0, variance 2 / mode), in a branch of m layers times"
                        + " branches^(-1 / (2 m - 2)); 0 at the end of a branch, in the output"
                        + " and in biases",
        useWhen = "for residual networks with ReLU and without normalization",
        avoidWhen = "for networks without residual branches, where he is the same",
        reference = "https://arxiv.org/abs/1901.09321",
        since = "0.1.0",
        helpsAgainst = "exploding-gradient/residual-branches")
@AutoService(Initializer.class)
public record Fixup(
        @Option(help = "Which fan counts") Fan mode,
        @Option(help = "What the weights are drawn from") Distribution distribution)
        implements Initializer {
    /** Normal, by fan-in. */
    public Fixup() {
        this(Fan.FAN_IN, Distribution.NORMAL);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        if (beginsAtZero(tensor)) {
            Arrays.fill(values, 0, tensor.size(), 0);
            return;
        }
        double deviation = Math.sqrt(2 / mode.of(tensor));
        if (tensor.branch() > 0 && tensor.layersInBranch() > 1) {
            double exponent = -1.0 / (2 * tensor.layersInBranch() - 2);
            deviation *= Math.pow(tensor.branches(), exponent);
        }
        distribution.fill(values, tensor.size(), deviation, random);
    }

    private static boolean beginsAtZero(Tensor tensor) {
        return switch (tensor.role()) {
            case BIAS -> true;
            case BRANCH_END, OUTPUT -> tensor.branches() > 0;
            default -> false;
        };
    }
}
