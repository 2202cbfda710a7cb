package org.evengrad.engine.step;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Snapshots;

/** The newest states of a run, as often and as many as its guards want them. */
final class SnapshotRing {
    private final Deque<TrainingState> newestFirst = new ArrayDeque<>();
    private final int everySteps;
    private final int keep;

    SnapshotRing(List<GradientGuard> guards) {
        int every = 0;
        int most = 0;
        for (GradientGuard guard : guards) {
            Snapshots wanted = guard.snapshots();
            if (wanted.everySteps() > 0) {
                every = every == 0 ? wanted.everySteps() : Math.min(every, wanted.everySteps());
                most = Math.max(most, wanted.keep());
            }
        }
        everySteps = every;
        keep = most;
    }

    boolean isDue(long step) {
        return everySteps > 0 && step % everySteps == 0;
    }

    void add(TrainingState state) {
        if (newestFirst.size() == keep) {
            newestFirst.removeLast();
        }
        newestFirst.addFirst(state);
    }

    /**
     * Forgets what is newer than the state to go back to.
     *
     * @param snapshots 1 for the newest state; the oldest if there are fewer
     * @return empty if there is none
     */
    Optional<TrainingState> back(int snapshots) {
        for (int i = 1; i < snapshots && newestFirst.size() > 1; i++) {
            newestFirst.removeFirst();
        }
        return Optional.ofNullable(newestFirst.peekFirst());
    }

    List<TrainingState> all() {
        return List.copyOf(newestFirst);
    }

    void replace(List<TrainingState> states) {
        newestFirst.clear();
        newestFirst.addAll(states);
    }
}
