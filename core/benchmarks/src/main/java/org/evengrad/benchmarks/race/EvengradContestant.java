package org.evengrad.benchmarks.race;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.evengrad.Evengrad;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.PhaseTimes;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.operations.TrainRequest;

/**
 * Evengrad as {@code train} runs it: guards, statistics of each tensor, the watch over the health
 * of the run, and a run folder that gets a line for each step.
 */
final class EvengradContestant implements TrainingListener {
    private final PhaseTimes phases = new PhaseTimes();
    private final Turns turns = Turns.ofProcess(this::nanos);
    private Network network;

    /**
     * Trains until the race is over.
     *
     * @param arguments a configuration, and a folder for the run
     */
    public static void main(String[] arguments) {
        TrainRequest request =
                TrainRequest.of(Path.of(arguments[0]))
                        .into(Path.of(arguments[1]))
                        .listener(new EvengradContestant());
        Evengrad.create().train(request);
        throw new IllegalStateException("training ended before the race");
    }

    @Override
    public void started(TrainingPlan plan) {
        network = plan.network();
        turns.ready();
    }

    @Override
    public void stepped(StepRecord record) {
        network.addPhases(phases);
        turns.stepped();
    }

    /** What the network tells of its part in all steps; the rest is not the network's. */
    private Map<String, Long> nanos() {
        Map<String, Long> nanos = new LinkedHashMap<>();
        phases.shares()
                .forEach(
                        (phase, share) -> {
                            if (share > 0) {
                                String name = phase.name().toLowerCase(Locale.ROOT);
                                nanos.put(
                                        name.replace('_', '-'), Math.round(share * phases.total()));
                            }
                        });
        return nanos;
    }
}
