package org.evengrad.guards.nonfinite;

import com.google.auto.service.AutoService;
import java.util.List;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Drops a step whose loss or gradient is NaN or infinite, so that neither the parameters nor the
 * optimizer's memory ever see it. Micikevicius et al., 2018, section 3.2, skip such steps under
 * loss scaling.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "nonfinite",
        summary = "Skips a step whose loss or gradient is NaN or infinite",
        formula = "skip if any g or the loss is NaN or infinite",
        useWhen = "always, as the first guard: one such step ruins every weight",
        avoidWhen = "while you look for the source of a NaN and want the run to fail",
        reference = "https://arxiv.org/abs/1710.03740",
        since = "0.1.0",
        helpsAgainst = "non-finite")
@AutoService(GradientGuard.class)
public record Nonfinite() implements GradientGuard {
    @Override
    public Guard start(List<Tensor> layout) {
        int tensors = layout.size();
        return (gradient, at, ruling) -> {
            for (int tensor = 0; tensor < tensors; tensor++) {
                if (gradient.nonFinite(tensor) > 0) {
                    ruling.skip("the gradient is not finite");
                    return;
                }
            }
            if (!Double.isFinite(at.loss())) {
                ruling.skip("the loss is not finite");
            }
        };
    }
}
