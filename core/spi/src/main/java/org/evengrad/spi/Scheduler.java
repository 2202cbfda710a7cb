package org.evengrad.spi;

/**
 * Says how the learning rate changes over training.
 *
 * @since 0.1.0
 */
public interface Scheduler {
    /**
     * Starts a schedule.
     *
     * @param horizon how long training is planned to last
     * @return a new schedule, never null, used by one training run and one thread
     */
    Schedule start(Horizon horizon);
}
