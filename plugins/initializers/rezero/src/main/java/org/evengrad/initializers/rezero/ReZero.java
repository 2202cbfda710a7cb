package org.evengrad.initializers.rezero;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Distribution;
import org.evengrad.spi.Fan;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Role;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Lets every residual branch begin as nothing, so that a network of any depth begins as the
 * identity: the last weights of each branch are multiplied by 0, or by a small number. All other
 * weights have variance scale / fan. Bachlechner et al., 2021; with a small number in place of 0,
 * it is De and Smith's SkipInit, 2020.
 *
 * <p>Both papers put the number into a learned scalar behind the branch; here it goes into the
 * branch's last weights, which gives the same function at the start and needs no parameter. A
 * scalar that is learned besides must not begin at 0 too: then neither would get a gradient. Biases
 * become 0.
 *
 * @param branchScale the factor of the last weights of a branch; SkipInit's is at most 1 /
 *     sqrt(branches)
 * @param scale the variance of the weights times the fan: 2 for ReLU
 * @param mode which fan counts
 * @param distribution what the weights are drawn from
 * @since 0.1.0
 */
@Strategy(
        name = "rezero",
        summary = "Residual branches begin at zero, so that any depth begins as the identity",
        formula =
                "w ~ distribution(mean 0, variance scale / mode), at the end of a branch times"
                        + " branch-scale; biases 0",
        useWhen = "for deep residual networks without normalization",
        avoidWhen = "for networks without residual branches, or where a learned scale begins at 0",
        reference = "https://arxiv.org/abs/2003.04887",
        since = "0.1.0",
        helpsAgainst = "exploding-gradient/residual-branches")
@AutoService(Initializer.class)
public record ReZero(
        @Option(help = "Factor of the last weights of a branch", range = "[0, 1]")
                double branchScale,
        @Option(help = "Variance of the weights times the fan", range = "(0, inf)") double scale,
        @Option(help = "Which fan counts") Fan mode,
        @Option(help = "What the weights are drawn from") Distribution distribution)
        implements Initializer {
    /** Branches at 0, all else as He's weights for ReLU. */
    public ReZero() {
        this(0, 2, Fan.FAN_IN, Distribution.NORMAL);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        boolean end = tensor.role() == Role.BRANCH_END;
        if (tensor.role() == Role.BIAS || end && branchScale == 0) {
            Arrays.fill(values, 0, tensor.size(), 0);
            return;
        }
        double deviation = Math.sqrt(scale / mode.of(tensor)) * (end ? branchScale : 1);
        distribution.fill(values, tensor.size(), deviation, random);
    }
}
