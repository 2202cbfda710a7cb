package org.evengrad.guards.adaptiveclip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.GuardContract;
import org.evengrad.testkit.GuardRun;
import org.junit.jupiter.api.Test;

final class AdaptiveClipTest implements GuardContract<AdaptiveClip> {
    private static final int OUTPUT_LAYER = 2;

    @Override
    public List<AdaptiveClip> strategies() {
        return List.of(new AdaptiveClip(), new AdaptiveClip(0.1, 0.5));
    }

    @Override
    public boolean looksAtEachElement(AdaptiveClip clip) {
        return true;
    }

    @Override
    public double largest(AdaptiveClip clip, Part part, Tensor tensor, double parameterNorm) {
        boolean one = part == Part.TENSOR && tensor.shape().size() == 1;
        boolean unit = part == Part.UNIT && tensor.shape().size() > 1;
        return tensor.layer() != OUTPUT_LAYER && (one || unit)
                ? clip.maxRatio() * Math.max(parameterNorm, clip.smallestNorm())
                : Double.POSITIVE_INFINITY;
    }

    @Override
    public Optional<Part> keepsDirectionOf(AdaptiveClip clip) {
        return Optional.of(Part.UNIT);
    }

    @Test
    void clipsOneUnitAndLeavesTheOthers() {
        GuardRun run = new GuardRun(new AdaptiveClip(0.5, 1e-3), GuardContract.layout());
        float[][] gradient = zeros();
        Arrays.fill(run.parameters()[2], 2);
        Arrays.fill(gradient[2], 0, 7, 3);
        Arrays.fill(gradient[2], 7, 35, 0.9f);
        run.step(gradient, 0);

        float[] expected = new float[35];
        Arrays.fill(expected, 0, 7, 1);
        Arrays.fill(expected, 7, 35, 0.9f);
        assertArrayEquals(expected, run.gradient()[2], 1e-6f);
        assertEquals(0.9f, run.gradient()[2][20]);
    }

    @Test
    void countsBiasesAsOneUnit() {
        GuardRun run = new GuardRun(new AdaptiveClip(0.5, 1e-3), GuardContract.layout());
        float[][] gradient = zeros();
        Arrays.fill(run.parameters()[1], 1);
        gradient[1] = new float[] {0.9f, 0, 0, 0};
        run.step(gradient, 0);
        assertArrayEquals(gradient[1], run.gradient()[1]);

        Arrays.fill(gradient[1], 2);
        run.step(gradient, 1);
        assertArrayEquals(new float[] {0.5f, 0.5f, 0.5f, 0.5f}, run.gradient()[1], 1e-6f);
    }

    @Test
    void leavesTheOutputLayerAlone() {
        GuardRun run = new GuardRun(new AdaptiveClip(), GuardContract.layout());
        float[][] gradient = GuardContract.gradient(GuardContract.layout(), 1, 100);
        run.step(gradient, 0);

        assertArrayEquals(gradient[4], run.gradient()[4]);
        assertArrayEquals(gradient[5], run.gradient()[5]);
    }

    @Test
    void letsAUnitAtZeroLearn() {
        GuardRun run = new GuardRun(new AdaptiveClip(), GuardContract.layout());
        float[][] gradient = zeros();
        Arrays.fill(run.parameters()[2], 0);
        gradient[2][0] = 5;
        run.step(gradient, 0);

        assertEquals(1e-5, run.gradient()[2][0], 1e-11);
    }

    private static float[][] zeros() {
        return GuardContract.gradient(GuardContract.layout(), 1, 0);
    }
}
