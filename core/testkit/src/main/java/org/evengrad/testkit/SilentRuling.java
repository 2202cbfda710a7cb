package org.evengrad.testkit;

import org.evengrad.spi.Ruling;

/** Takes any ruling, forgets it, and allocates nothing. */
final class SilentRuling implements Ruling {
    @Override
    public void scale(double factor, String reason) {}

    @Override
    public void scale(int tensor, double factor, String reason) {}

    @Override
    public void scaleRate(double factor, String reason) {}

    @Override
    public void transform(String reason) {}

    @Override
    public void skip(String reason) {}

    @Override
    public void rollBack(int snapshots, double rateFactor, String reason) {}

    @Override
    public void resetOptimizer(String reason) {}

    @Override
    public void stop(String reason) {}
}
