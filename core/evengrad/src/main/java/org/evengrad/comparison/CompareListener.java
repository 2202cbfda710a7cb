package org.evengrad.comparison;

import java.util.List;
import org.evengrad.engine.train.TrainingListener;

/** Follows a comparison. All methods are called on the thread that makes it. */
public interface CompareListener {
    /** Follows nothing. */
    CompareListener NONE = new CompareListener() {};

    /**
     * Called once, before the first run.
     *
     * @param runs how many there are
     * @param known how many of them had ended before
     */
    default void started(int runs, int known) {}

    /**
     * Called before each run.
     *
     * @return what follows it
     */
    default List<TrainingListener> begins(Cell cell, long seed) {
        return List.of();
    }

    /** Called after each run. */
    default void ended(Cell cell, ComparedRun run) {}
}
