package org.evengrad.diagnosis.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.evengrad.diagnosis.repair.Acceptance.Ruling;
import org.evengrad.diagnosis.repair.Proof.Pair;
import org.evengrad.engine.plan.TrainingPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AcceptanceTest {
    private static final int ATTEMPTS = 2000;
    private static final int CANDIDATES = 12;
    private static final int SEARCH_SEEDS = 2;
    private static final int PROOFS = 2;

    @TempDir Path folder;

    /** Skills of the control, then of patches that change nothing, all with one seed. */
    private interface NullSkills {
        double[] draw(SplittableRandom random);
    }

    private record Named(String name, NullSkills skills) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Named> nullSkills() {
        List<Named> all = new ArrayList<>();
        for (double alike : new double[] {0, 0.5}) {
            for (double spread : new double[] {0.02, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4}) {
                all.add(new Named("normal " + spread + ", " + alike, normal(spread, alike)));
            }
            for (double share : new double[] {0.1, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9}) {
                all.add(new Named("bimodal " + share + ", " + alike, bimodal(share, alike)));
            }
        }
        return all.stream();
    }

    /**
     * Around 0.5.
     *
     * @param alike the share of the variance that comes from the seed, whatever the patch
     */
    private static NullSkills normal(double spread, double alike) {
        return random -> {
            double ofSeed = random.nextGaussian() * Math.sqrt(alike);
            double[] skills = new double[1 + CANDIDATES];
            Arrays.setAll(
                    skills,
                    i -> 0.5 + spread * (ofSeed + random.nextGaussian() * Math.sqrt(1 - alike)));
            return skills;
        };
    }

    /**
     * A fragile network learns or does not.
     *
     * @param share of the seeds with which it learns
     * @param alike how often a patch does as the seed wants
     */
    private static NullSkills bimodal(double share, double alike) {
        return random -> {
            boolean ofSeed = random.nextDouble() < share;
            double[] skills = new double[1 + CANDIDATES];
            Arrays.setAll(
                    skills,
                    i -> {
                        boolean learns =
                                random.nextDouble() < alike ? ofSeed : random.nextDouble() < share;
                        return (learns ? 0.95 : 0) + 0.02 * random.nextGaussian();
                    });
            return skills;
        };
    }

    /** How often a useless patch passes a rule. */
    private static double accepted(NullSkills skills, Function<SplittableRandom, Boolean> attempt) {
        SplittableRandom random = new SplittableRandom(7);
        int accepted = 0;
        for (int i = 0; i < ATTEMPTS; i++) {
            if (attempt.apply(random)) {
                accepted++;
            }
        }
        return (double) accepted / ATTEMPTS;
    }

    /** The search picks by its own seeds; the proof of the best, then of the next, has others. */
    private static boolean protocol(NullSkills skills, SplittableRandom random) {
        double[] sums = new double[1 + CANDIDATES];
        for (int seed = 0; seed < SEARCH_SEEDS; seed++) {
            double[] drawn = skills.draw(random);
            Arrays.setAll(sums, i -> sums[i] + drawn[i]);
        }
        List<Integer> ranked =
                IntStream.rangeClosed(1, CANDIDATES)
                        .boxed()
                        .filter(i -> (sums[i] - sums[0]) / SEARCH_SEEDS >= Acceptance.LEAST_GAIN)
                        .sorted((a, b) -> Double.compare(sums[b], sums[a]))
                        .limit(PROOFS)
                        .toList();
        double[][] fresh = new double[Acceptance.MANY_PAIRS][];
        Arrays.setAll(fresh, i -> skills.draw(random));
        return ranked.stream().anyMatch(patch -> proved(fresh, patch));
    }

    private static boolean proved(double[][] fresh, int patch) {
        List<Pair> pairs = new ArrayList<>();
        for (double[] skills : fresh) {
            pairs.add(new Pair(pairs.size(), skills[0], skills[patch]));
            Ruling ruling = Acceptance.of(pairs);
            if (ruling != Ruling.UNDECIDED) {
                return ruling == Ruling.ACCEPTED;
            }
        }
        throw new AssertionError("undecided after all pairs");
    }

    /** The best of all on three seeds, accepted if its mean gain is above the spread. */
    private static boolean meanAboveSpread(NullSkills skills, SplittableRandom random) {
        double[][] drawn = new double[3][];
        Arrays.setAll(drawn, i -> skills.draw(random));
        double best = Double.NEGATIVE_INFINITY;
        for (int patch = 1; patch <= CANDIDATES; patch++) {
            int chosen = patch;
            best =
                    Math.max(
                            best,
                            Arrays.stream(drawn)
                                    .mapToDouble(s -> s[chosen] - s[0])
                                    .average()
                                    .orElseThrow());
        }
        double mean = Arrays.stream(drawn).mapToDouble(s -> s[0]).average().orElseThrow();
        double squares = Arrays.stream(drawn).mapToDouble(s -> (s[0] - mean) * (s[0] - mean)).sum();
        return best > Math.sqrt(squares / 2);
    }

    @ParameterizedTest
    @MethodSource("nullSkills")
    void acceptsFewUselessPatches(Named named) {
        NullSkills skills = named.skills();
        double share = accepted(skills, random -> protocol(skills, random));
        assertTrue(share < 0.05, () -> "accepted " + share);
    }

    @Test
    void aMeanAboveTheSpreadWouldAcceptMany() {
        for (NullSkills skills : List.of(normal(0.2, 0), normal(0.4, 0.5), bimodal(0.5, 0))) {
            double share = accepted(skills, random -> meanAboveSpread(skills, random));
            assertTrue(share > 0.3, () -> "accepted " + share);
        }
    }

    @Test
    void acceptsALargeGainAfterThreePairs() {
        List<Pair> pairs =
                List.of(new Pair(1, 0.02, 0.9), new Pair(2, 0, 0.95), new Pair(3, 0.01, 0.97));
        assertEquals(Ruling.UNDECIDED, Acceptance.of(pairs.subList(0, 2)));
        assertEquals(Ruling.ACCEPTED, Acceptance.of(pairs));
    }

    @Test
    void wantsFivePairsWhereSeedsDisagree() {
        List<Pair> pairs =
                List.of(
                        new Pair(1, 0.0, 0.9),
                        new Pair(2, 0.7, 0.95),
                        new Pair(3, 0.0, 0.97),
                        new Pair(4, 0.0, 0.97),
                        new Pair(5, 0.1, 0.9));
        assertEquals(Ruling.UNDECIDED, Acceptance.of(pairs.subList(0, 3)));
        assertEquals(Ruling.UNDECIDED, Acceptance.of(pairs.subList(0, 4)));
        assertEquals(Ruling.ACCEPTED, Acceptance.of(pairs));
    }

    @Test
    void rejectsWhatLosesASinglePair() {
        assertEquals(
                Ruling.REJECTED,
                Acceptance.of(List.of(new Pair(1, 0, 0.9), new Pair(2, 0.9, 0.9))));
    }

    @Test
    void rejectsASmallGainHoweverSure() {
        assertEquals(
                Ruling.REJECTED,
                Acceptance.of(
                        List.of(
                                new Pair(1, 0.50, 0.59),
                                new Pair(2, 0.51, 0.60),
                                new Pair(3, 0.50, 0.59))));
    }

    /** Seeds that have nothing in common stand for a patch that changes nothing but chance. */
    @Test
    void acceptsFewUselessPatchesOfAFragileNetwork() throws IOException {
        Patient fragile =
                Bench.patient(
                        folder,
                        """
                        data { source = circles, samples = 300, noise = 0.05, test = 0.1, validation = 0.3 }
                        model { layers = [ { dense = 3, repeat = 4 } ] }
                        activation = relu, initializer = he
                        optimizer { use = adam, learning-rate = 0.03 }
                        training { steps = 120, threads = 1 }
                        """);
        Skill skill;
        try (TrainingPlan plan = fragile.plan(Patch.NONE, 42)) {
            skill = Skill.of(plan);
        }
        double[] pool = new double[24];
        for (int i = 0; i < pool.length; i++) {
            pool[i] =
                    new Arm(fragile, Patch.NONE, i, skill, false, System::nanoTime)
                            .trainTo(1, () -> false)
                            .skill();
        }
        double spread =
                Arrays.stream(pool).max().getAsDouble() - Arrays.stream(pool).min().getAsDouble();
        assertTrue(spread > 0.5, "the network is fragile");
        NullSkills drawn =
                random -> {
                    double[] skills = new double[1 + CANDIDATES];
                    Arrays.setAll(skills, i -> pool[random.nextInt(pool.length)]);
                    return skills;
                };
        double ours = accepted(drawn, random -> protocol(drawn, random));
        double plain = accepted(drawn, random -> meanAboveSpread(drawn, random));
        assertTrue(ours < 0.05, () -> "accepted " + ours);
        assertTrue(plain > 0.2, () -> "a plain rule accepted " + plain);
    }
}
