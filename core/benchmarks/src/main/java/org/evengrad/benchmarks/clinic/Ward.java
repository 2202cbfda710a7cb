package org.evengrad.benchmarks.clinic;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.benchmarks.clinic.RunLine.Key;
import org.evengrad.benchmarks.clinic.RunLine.Kind;

/**
 * Finds the truth about cases and what diagnosis says of them; runs only what the log lacks. For
 * several threads.
 */
final class Ward {
    /** The truth does not depend on the diagnosis. */
    private static final String NO_VERSION = "";

    private final RunLog<RunLine> log;
    private final Runner runner;
    private final int seeds;
    private final Optional<String> version;
    private final Map<String, Double> references = new HashMap<>();

    /**
     * A ward.
     *
     * @param log what was run before, and where new runs are written down
     * @param runner runs what is missing
     * @param seeds of each case
     * @param version of the diagnosis; empty: nothing is checked, only trained
     */
    Ward(RunLog<RunLine> log, Runner runner, int seeds, Optional<String> version) {
        this.log = log;
        this.runner = runner;
        this.seeds = seeds;
        this.version = version;
    }

    /** All about a case. */
    CaseResult examine(ClinicCase each) throws IOException {
        double reference = reference(each);
        List<SeedResult> results = new ArrayList<>();
        List<Double> skills = new ArrayList<>();
        for (long seed = 1; seed <= seeds; seed++) {
            Optional<RunLine> check =
                    version.isPresent() ? Optional.of(check(each, seed)) : Optional.empty();
            Optional<RunLine> live =
                    version.isPresent() ? Optional.of(live(each, seed)) : Optional.empty();
            // What was said is held against the very training about which it was said.
            RunLine trained = live.isPresent() ? live.get() : truth(each, seed, 1);
            double skill = skill(each, trained, reference);
            skills.add(skill);
            results.add(new SeedResult(seed, skill, check, live));
        }
        List<Double> withTwiceTheSteps = new ArrayList<>();
        if (Truth.needsTwiceTheSteps(skills)) {
            for (long seed = 1; seed <= seeds; seed++) {
                withTwiceTheSteps.add(skill(each, truth(each, seed, 2), reference));
            }
        }
        Truth truth = Truth.of(skills, withTwiceTheSteps);
        boolean slow = truth == Truth.SICK && isCuredByTenTimesTheRate(each, reference);
        return new CaseResult(each, slow ? Expected.TOO_SLOW : each.expected(), truth, results);
    }

    private boolean isCuredByTenTimesTheRate(ClinicCase each, double reference) throws IOException {
        Optional<ClinicCase> faster = each.withTenTimesTheRate();
        if (faster.isEmpty()) {
            return false;
        }
        List<Double> skills = new ArrayList<>();
        for (long seed = 1; seed <= seeds; seed++) {
            skills.add(skill(each, truth(faster.get(), seed, 1), reference));
        }
        return Skill.median(skills.stream().mapToDouble(Double::doubleValue).toArray())
                >= Truth.LEARNED;
    }

    private static double skill(ClinicCase each, RunLine truth, double reference) {
        return Skill.of(truth.metric(), each.data().ofNothing(), reference);
    }

    /** What sane networks reach on the same data in the same steps. */
    private synchronized double reference(ClinicCase each) throws IOException {
        List<ClinicCase> sane = each.sane();
        String key = sane.get(0).id();
        if (!references.containsKey(key)) {
            List<List<Double>> metrics = new ArrayList<>();
            for (long seed = 1; seed <= seeds; seed++) {
                List<Double> ofSeed = new ArrayList<>();
                for (ClinicCase one : sane) {
                    ofSeed.add(truth(one, seed, 1).metric());
                }
                metrics.add(ofSeed);
            }
            references.put(key, Skill.reference(metrics));
        }
        return references.get(key);
    }

    private RunLine truth(ClinicCase each, long seed, int budget) throws IOException {
        Optional<RunLine> known = find(Kind.TRUTH, each, seed, budget, NO_VERSION);
        if (known.isPresent()) {
            return known.get();
        }
        RunLine run = runner.train(each, seed, budget, Kind.TRUTH, NO_VERSION);
        log.add(run);
        return run;
    }

    /** What was said during training. The same training also tells the truth. */
    private RunLine live(ClinicCase each, long seed) throws IOException {
        Optional<RunLine> known = find(Kind.LIVE, each, seed, 1, version.orElseThrow());
        if (known.isPresent()) {
            return known.get();
        }
        RunLine run = runner.train(each, seed, 1, Kind.LIVE, version.orElseThrow());
        log.add(run);
        if (find(Kind.TRUTH, each, seed, 1, NO_VERSION).isEmpty()) {
            log.add(run.asTruth());
        }
        return run;
    }

    private RunLine check(ClinicCase each, long seed) throws IOException {
        Optional<RunLine> known = find(Kind.CHECK, each, seed, 1, version.orElseThrow());
        if (known.isPresent()) {
            return known.get();
        }
        RunLine run = runner.check(each, seed, version.orElseThrow());
        log.add(run);
        return run;
    }

    private Optional<RunLine> find(
            Kind kind, ClinicCase each, long seed, int budget, String ofVersion) {
        return log.find(new Key(kind, each.id(), each.hash(seed, budget), seed, budget, ofVersion));
    }
}
