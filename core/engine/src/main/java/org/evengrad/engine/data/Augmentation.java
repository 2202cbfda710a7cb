package org.evengrad.engine.data;

/**
 * Changes training rows, differently in each epoch. What is done depends on the epoch and the row
 * alone (and on the seed that the augmentation was made with), so a resumed run repeats it.
 */
public interface Augmentation {
    /**
     * Changes a row in place.
     *
     * @param epoch from 0
     * @param row its number in the data set
     * @param features the row, in the data set's shape
     */
    void apply(long epoch, int row, float[] features);

    /**
     * How much of a row stays when another one is mixed in; features and targets become {@code
     * share * own + (1 - share) * other} (Zhang et al., <a
     * href="https://arxiv.org/abs/1710.09412">mixup: Beyond Empirical Risk Minimization</a>, 2018).
     * Both rows are changed by {@link #apply} before.
     *
     * @param epoch from 0
     * @param row its number in the data set
     * @return from 0 to 1; 1 mixes nothing
     */
    default float share(long epoch, int row) {
        return 1;
    }

    /**
     * Which row is mixed in. Asked only if {@link #share} is below 1.
     *
     * @param epoch from 0
     * @param row its number in the data set
     * @param rows how many rows there are to choose from
     * @return from 0 to {@code rows - 1}
     */
    default int partner(long epoch, int row, int rows) {
        throw new UnsupportedOperationException("mixes rows, but does not say which");
    }
}
