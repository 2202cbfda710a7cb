package org.evengrad.benchmarks.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.evengrad.benchmarks.clinic.ClinicCase;
import org.evengrad.benchmarks.clinic.RunLog;
import org.evengrad.benchmarks.clinic.Skill;
import org.evengrad.benchmarks.clinic.Truth;
import org.evengrad.benchmarks.doctor.CaseStudy.Outcome;
import org.evengrad.benchmarks.doctor.Finding.Key;
import org.evengrad.benchmarks.doctor.Finding.Kind;
import org.evengrad.benchmarks.doctor.Practice.Visit;
import org.evengrad.diagnosis.repair.Edit;
import org.evengrad.diagnosis.repair.Patch;

/**
 * Finds the truth about cases, has them treated, and finds out what that was worth; does only what
 * the log lacks. For several threads.
 */
final class Study {
    /** The seeds that tell the truth. */
    private static final long FIRST_OF_TRUTH = 1_000_001;

    /** The seeds that tell what a patch is worth. Nobody may have trained with them before. */
    private static final long FIRST_FRESH = 2_000_001;

    private static final int SEEDS = 5;

    /** Faults of data after which nothing is left to learn. */
    private static final Set<String> NOTHING_TO_LEARN = Set.of("shuffled-labels", "misaligned");

    private final RunLog<Finding> log;
    private final Practice practice;
    private final int seeds;
    private final String version;
    private final Map<String, Double> references = new ConcurrentHashMap<>();
    private final Map<String, DoubleAdder> parts = new ConcurrentHashMap<>();

    /**
     * A study.
     *
     * @param log what was done before, and where new work is written down
     * @param practice does what is missing
     * @param seeds of the doctor, for each case
     * @param version of the doctor
     */
    Study(RunLog<Finding> log, Practice practice, int seeds, String version) {
        this.log = log;
        this.practice = practice;
        this.seeds = seeds;
        this.version = version;
    }

    /** Whether the data of a case have lost what they could teach. */
    static boolean isBeyondRepair(ClinicCase each) {
        return NOTHING_TO_LEARN.contains(each.family());
    }

    /** All about a case, for each seed of the doctor. */
    List<CaseStudy> examine(ClinicCase each) throws IOException {
        List<CaseStudy> studies = new ArrayList<>();
        for (long seed = 1; seed <= seeds; seed++) {
            studies.add(examine(each, seed));
        }
        return studies;
    }

    private CaseStudy examine(ClinicCase each, long seed) throws IOException {
        Work work = new Work(each, seed);
        double reference = reference(each, seed);
        Truth truth = truth(work, reference);
        Treatment doctor = work.doctor();
        refuseUsedSeeds(each, doctor);
        boolean healthy = truth == Truth.HEALTHY;
        Map<Contender, Patch> words = new EnumMap<>(Contender.class);
        if (!healthy || !doctor.edits().isEmpty()) {
            words.put(Contender.CONTROL, Patch.NONE);
            words.put(Contender.DOCTOR, doctor.patch());
        }
        if (truth == Truth.SICK && !isBeyondRepair(each)) {
            for (Contender random : Contender.RANDOM) {
                int trainings = random.trainings();
                words.put(random.doctorAtEqualCost().orElseThrow(), doctor.patchAt(trainings));
                words.put(random, work.random(trainings).patch());
            }
            words.put(Contender.FIXED_RECIPE, work.fixedRecipe().patch());
            words.put(Contender.FITTING_RECIPE, work.fittingRecipe().patch());
        }
        Map<Contender, Outcome> outcomes = new EnumMap<>(Contender.class);
        words.forEach(
                (contender, patch) ->
                        outcomes.put(
                                contender,
                                new Outcome(
                                        patch,
                                        work.skills(
                                                "fresh trainings",
                                                patch,
                                                FIRST_FRESH,
                                                reference))));
        return new CaseStudy(each, seed, truth, doctor, Collections.unmodifiableMap(outcomes));
    }

    private static void refuseUsedSeeds(ClinicCase each, Treatment doctor) {
        LongStream.range(FIRST_FRESH, FIRST_FRESH + SEEDS)
                .filter(doctor.seeds()::contains)
                .findFirst()
                .ifPresent(
                        used -> {
                            throw new IllegalStateException(
                                    each.id() + ": the doctor has used the fresh seed " + used);
                        });
    }

    private static Truth truth(Work work, double reference) {
        List<Double> skills = work.skills("truth", Patch.NONE, FIRST_OF_TRUTH, reference);
        return Truth.of(
                skills,
                Truth.needsTwiceTheSteps(skills)
                        ? work.skills("truth", work.twiceTheSteps(), FIRST_OF_TRUTH, reference)
                        : List.of());
    }

    /** What sane networks reach on the same data in the same steps. */
    private double reference(ClinicCase each, long seed) {
        List<ClinicCase> sane = each.sane();
        return references.computeIfAbsent(
                sane.get(0).id() + " " + seed,
                key -> {
                    List<Work> works = sane.stream().map(one -> new Work(one, seed)).toList();
                    List<List<Double>> metrics = new ArrayList<>();
                    for (int i = 0; i < SEEDS; i++) {
                        long trainingSeed = FIRST_OF_TRUTH + i;
                        metrics.add(
                                works.stream()
                                        .map(
                                                work ->
                                                        work.train(
                                                                "references",
                                                                Patch.NONE,
                                                                trainingSeed))
                                        .toList());
                    }
                    return Skill.reference(metrics);
                });
    }

    /** Seconds that were spent on what, since the study began. */
    Map<String, Double> parts() {
        Map<String, Double> seconds = new TreeMap<>();
        parts.forEach((part, sum) -> seconds.put(part, sum.sum()));
        return seconds;
    }

    /** A case with a seed, as far as it is worked with. */
    private final class Work {
        private final ClinicCase of;
        private final long seed;
        private final String config;
        private Visit visit;

        Work(ClinicCase of, long seed) {
            this.of = of;
            this.seed = seed;
            config = ClinicCase.hash(of.configWithValidation(seed));
        }

        private Visit visit() {
            if (visit == null) {
                try {
                    visit = practice.admit(of, seed);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return visit;
        }

        Patch twiceTheSteps() {
            return Patch.of(
                    new Edit(
                            Edit.Kind.LENGTH,
                            "training.steps",
                            "" + 2L * of.steps(),
                            "twice the steps",
                            ""));
        }

        List<Double> skills(String part, Patch patch, long firstSeed, double reference) {
            return LongStream.range(firstSeed, firstSeed + SEEDS)
                    .mapToObj(
                            each ->
                                    Skill.of(
                                            train(part, patch, each),
                                            of.data().ofNothing(),
                                            reference))
                    .toList();
        }

        double train(String part, Patch patch, long trainingSeed) {
            String what = patch.isEmpty() ? "" : ClinicCase.hash(patch.overrides().toString());
            return known(
                            part,
                            new Key(Kind.TRAINING, of.id(), config, what, trainingSeed, ""),
                            () -> new Result(visit().train(patch, trainingSeed), null))
                    .metric();
        }

        Treatment doctor() {
            return search("doctor", Kind.DOCTOR, "", version, () -> visit().doctor());
        }

        Treatment random(int trainings) {
            return search(
                    "random search",
                    Kind.RANDOM,
                    "" + trainings,
                    RandomSearch.VERSION,
                    () -> visit().random(trainings));
        }

        Treatment fixedRecipe() {
            return search(
                    "recipes",
                    Kind.RECIPE,
                    "fixed",
                    FixedRecipe.VERSION,
                    () -> visit().fixedRecipe());
        }

        Treatment fittingRecipe() {
            return search(
                    "recipes", Kind.RECIPE, "fitting", version, () -> visit().fittingRecipe());
        }

        private Treatment search(
                String part, Kind kind, String what, String ofVersion, Supplier<Treatment> search) {
            return known(
                            part,
                            new Key(kind, of.id(), config, what, seed, ofVersion),
                            () -> new Result(Double.NaN, search.get()))
                    .treatment();
        }

        private Finding known(String part, Key key, Supplier<Result> work) {
            Optional<Finding> known = log.find(key);
            if (known.isPresent()) {
                return known.get();
            }
            long before = System.nanoTime();
            Result result = work.get();
            double seconds = (System.nanoTime() - before) / 1e9;
            parts.computeIfAbsent(part, name -> new DoubleAdder()).add(seconds);
            Finding found = new Finding(key, result.metric(), result.treatment(), seconds);
            try {
                log.add(found);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return found;
        }
    }

    private record Result(double metric, Treatment treatment) {}
}
