package org.evengrad.engine.dl4j.signal;

/**
 * A signal on its way back, of any magnitude: no depth takes it out of the range of a float.
 *
 * @param direction of norm 1; null for none
 * @param log the natural logarithm of its norm; negative infinity if nothing is left, NaN if it is
 *     no longer finite
 */
record Delta(float[] direction, double log) {
    static final Delta NOTHING = new Delta(null, Double.NEGATIVE_INFINITY);

    private static final Delta LOST = new Delta(null, Double.NaN);

    /**
     * Takes the norm out of some numbers, which become the direction.
     *
     * @param log to be added to the logarithm of their norm
     */
    static Delta of(float[] values, double log, Layout layout, Counted counted) {
        double norm = counted.norm(values, layout);
        if (norm == 0) {
            return NOTHING;
        }
        if (!Double.isFinite(norm)) {
            return LOST;
        }
        double factor = 1 / norm;
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * factor);
        }
        return new Delta(values, log + Math.log(norm));
    }

    /** Whether there is something to send on. */
    boolean isThere() {
        return direction != null;
    }

    /** The sum of two, in new memory if both are there. */
    Delta plus(Delta other, Layout layout, Counted counted) {
        if (Double.isNaN(log) || Double.isNaN(other.log)) {
            return LOST;
        }
        if (!isThere() || !other.isThere()) {
            return isThere() ? this : other;
        }
        double larger = Math.max(log, other.log);
        double mine = Math.exp(log - larger);
        double theirs = Math.exp(other.log - larger);
        float[] sum = new float[direction.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (float) (mine * direction[i] + theirs * other.direction[i]);
        }
        return of(sum, larger, layout, counted);
    }
}
