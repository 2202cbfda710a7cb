package org.evengrad.diagnosis;

import java.nio.FloatBuffer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.network.BranchSignal;
import org.evengrad.engine.network.FirstWeights;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.DatasetBatches;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.random.KeyedRandom;
import org.evengrad.engine.train.Forks;
import org.evengrad.engine.train.Waivers;
import org.evengrad.spi.Tensor;

/**
 * Looks at a plan's network before training. Leaves the plan's parameters as they were.
 *
 * <p>The network is looked at with the weights that it has, and with others that its initializers
 * draw: at first with as few as are asked for, and with more as long as they disagree. They agree
 * when the 90% interval of Wilson (Probable Inference, the Law of Succession, and Statistical
 * Inference, JASA 22, 1927) of the share of sick ones does not contain one half, for each kind of
 * sickness. How many a large network gets is a matter of its multiplications and never of the
 * clock, so that a checkup says the same on every machine.
 */
public final class Checkup {
    /** How many initializations are looked at, at least. */
    public static final int FEWEST_SEEDS = 16;

    /** How many initializations are looked at, at most. */
    public static final int MOST_SEEDS = 64;

    /** Keeps the seeds of the weights that are looked at apart from those of runs. */
    private static final long PURPOSE = 0xC4EC;

    /** Given weights are looked at from so many directions. */
    private static final int DIRECTIONS = 4;

    /** Initializations are added so many at a time. */
    private static final int ROUND = 16;

    /** The standard normal distribution has 90% of its mass within this distance of zero. */
    private static final double Z_90 = 1.6449;

    /** More initializations than the fewest may cost so many multiplications forward. */
    private static final double MOST_WORK = 2e10;

    /** Trials of other learning rates may cost so many. */
    private static final double MOST_FORK_WORK = 1e11;

    /** So may dry steps, beyond the fewest. */
    private static final double MOST_DRY_WORK = 5e10;

    /** A step computes forward, and twice as much backward. */
    private static final double STEP_OVER_FORWARD = 3;

    private static final int MOST_ROWS = 256;
    private static final int FEWEST_ROWS = 16;

    /** A batch holds at most so many numbers, as long as it has the fewest rows. */
    private static final int BATCH_NUMBERS = 1 << 16;

    /** Of images it holds fewer: each is seen at many places. */
    private static final int IMAGE_NUMBERS = 1 << 15;

    /** Dimensions of an image. */
    private static final int IMAGE = 3;

    /** Fast layers take images in groups of so many. */
    private static final int GROUP = 16;

    private final TrainingPlan plan;
    private final Network network;
    private final int fewestSeeds;
    private final int mostSeeds;

    /** Looks at 16 initializations, and at up to 64 where they disagree. */
    public Checkup(TrainingPlan plan) {
        this(plan, FEWEST_SEEDS, MOST_SEEDS);
    }

    /**
     * Looks at some initializations.
     *
     * @param plan whose network is looked at
     * @param fewestSeeds how many at least
     * @param mostSeeds how many at most, if they disagree
     * @throws IllegalArgumentException if there is none, or more at least than at most
     */
    public Checkup(TrainingPlan plan, int fewestSeeds, int mostSeeds) {
        if (fewestSeeds < 1 || mostSeeds < fewestSeeds) {
            throw new IllegalArgumentException(
                    "1 <= fewest seeds <= most seeds: " + fewestSeeds + ", " + mostSeeds);
        }
        this.plan = plan;
        this.fewestSeeds = fewestSeeds;
        this.mostSeeds = mostSeeds;
        network = plan.network();
    }

    /** Measures, tries some steps, and judges. */
    public CheckResult run() {
        long began = System.nanoTime();
        FloatBuffer parameters = network.parameters();
        float[] given = new float[parameters.limit()];
        parameters.get(0, given);
        try {
            Looks looks = new Looks(plan, given);
            looks.look(fewestSeeds, mostSeeds);
            parameters.put(0, given);
            Observations observations = observations(looks, given);
            Waivers.Split verdicts =
                    new Waivers(plan.health(), LocalDate.now()).split(Judges.judge(observations));
            return result(looks, verdicts, (System.nanoTime() - began) / 1e9);
        } finally {
            parameters.put(0, given);
        }
    }

    private Observations observations(Looks looks, float[] given) {
        Subject subject = Subject.of(plan);
        SignalPath first = looks.paths.get(0);
        ProbeBatch probe = looks.probe;
        List<LossHistory.Probe> probes = new ArrayList<>();
        probes.add(new LossHistory.Probe(0, looks.losses.get(0)));
        Movement movement = Movement.none();
        SignalPath later = first;
        Forks forks = Forks.beforeTraining(plan);
        if (forks.possible()) {
            int steps = looks.drySteps();
            DryRun.Result dry = new DryRun(plan, subject, probe).run(forks, steps, plan.seed());
            network.parameters().put(0, given);
            probes.add(new LossHistory.Probe(steps, dry.probeLoss()));
            movement = dry.movement();
            later = dry.signals();
        }
        SignalPath now = later;
        return new Observations(
                Progress.before(),
                subject,
                new LossHistory(
                        probe.nullLoss(), probe.zeroOutputsLoss(), subject.plannedSteps(), probes),
                movement,
                looks.paths,
                () -> now,
                LossCurve.NONE,
                LearningRateTrial.of(plan, probe, looks.forkSteps()),
                Map.of());
    }

    private CheckResult result(Looks looks, Waivers.Split verdicts, double seconds) {
        SignalPaths paths = new SignalPaths(looks.paths);
        Quartiles total = paths.total();
        SignalPath any = looks.paths.get(0);
        int hidden = any.layers().size() - 1;
        List<String> blamed =
                Stream.concat(
                                verdicts.standing().stream(),
                                verdicts.waived().stream().map(waived -> waived.verdict()))
                        .flatMap(verdict -> verdict.layers().stream())
                        .toList();
        List<LayerHealth> layers = new ArrayList<>();
        for (int i = 0; i < any.layers().size(); i++) {
            layers.add(layer(paths, i, blamed));
        }
        return new CheckResult(
                plan.name(),
                paths.count(),
                plan.firstWeights().isEmpty(),
                Quartiles.of(looks.losses.stream().mapToDouble(Double::doubleValue).toArray())
                        .median(),
                looks.probe.nullLoss(),
                total,
                paths.zeroShare(),
                // -1/ln G for a decay; growth has one below zero.
                -hidden / Math.log(total.median()),
                any.sumOfInverseWidths(),
                layers,
                verdicts.standing(),
                verdicts.waived(),
                seconds);
    }

    private static LayerHealth layer(SignalPaths paths, int i, List<String> blamed) {
        SignalPath typical = paths.typical();
        LayerSignal signal = typical.layers().get(i);
        String name = signal.layer();
        OptionalInt horizon =
                typical.alongTime().stream()
                        .filter(time -> time.layer().equals(name))
                        .map(AlongTime::horizon)
                        .findFirst()
                        .orElse(OptionalInt.empty());
        OptionalDouble ratio =
                typical.branches().stream()
                        .filter(branch -> endsIn(branch, name))
                        .mapToDouble(BranchSignal::branchRatio)
                        .findFirst();
        return new LayerHealth(
                name,
                paths.of(i, LayerSignal::forwardVariance),
                paths.gain(i, l -> l.activationGain() * l.weightGain() * l.structureGain()),
                paths.gain(i, LayerSignal::weightGain),
                paths.gain(i, LayerSignal::activationGain),
                paths.gain(i, LayerSignal::structureGain),
                paths.share(i, l -> l.logDelta() == Double.NEGATIVE_INFINITY),
                signal.deadShare(),
                signal.saturatedShare(),
                horizon,
                ratio,
                blamed.contains(name));
    }

    private static boolean endsIn(BranchSignal branch, String layer) {
        return !branch.layers().isEmpty()
                && branch.layers().get(branch.layers().size() - 1).equals(layer);
    }

    /** Initializations, one after the other. */
    private static final class Looks {
        private final TrainingPlan plan;
        private final Network network;
        private final float[] given;
        private final ProbeBatch probe;
        private final List<SignalPath> paths = new ArrayList<>();
        private final List<Double> losses = new ArrayList<>();

        Looks(TrainingPlan plan, float[] given) {
            this.plan = plan;
            this.given = given;
            network = plan.network();
            probe =
                    new ProbeBatch(
                            plan,
                            plan.data()
                                    .split()
                                    .map(split -> rows(network, split.train()))
                                    .orElse(plan.data().probe()));
        }

        /** Rows spread evenly over the training part. */
        private static Batches rows(Network network, DataPart train) {
            boolean images = network.inputShape().size() == IMAGE;
            int numbers = images ? IMAGE_NUMBERS : BATCH_NUMBERS;
            int most = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, numbers / network.inputs()));
            int count = Math.min(images ? most / GROUP * GROUP : most, train.size());
            int[] order = new int[count];
            for (int i = 0; i < count; i++) {
                order[i] = (int) ((long) i * train.size() / count);
            }
            return DatasetBatches.inOrder(network, train.pick(order, 0, count), count);
        }

        void look(int fewest, int most) {
            Optional<FirstWeights> weights = plan.firstWeights();
            int first = weights.isPresent() ? fewest : Math.min(fewest, DIRECTIONS);
            for (int i = 0; i < first; i++) {
                add(i, weights);
            }
            if (weights.isEmpty()) {
                return;
            }
            int affordable = (int) Math.min(most, MOST_WORK / work());
            while (paths.size() < affordable && disagree()) {
                int until = Math.min(affordable, paths.size() + ROUND);
                for (int i = paths.size(); i < until; i++) {
                    add(i, weights);
                }
            }
        }

        private void add(int index, Optional<FirstWeights> weights) {
            long seed =
                    index == 0
                            ? plan.seed()
                            : new KeyedRandom(plan.seed(), PURPOSE, index).nextLong();
            if (index > 0 && weights.isPresent()) {
                weights.get().draw(seed);
            } else {
                network.parameters().put(0, given);
            }
            paths.add(probe.signals(seed));
            losses.add(probe.loss());
        }

        /** Multiplications of one pass forward: each number that a layer gives takes its fan-in. */
        private double work() {
            List<LayerSignal> layers = paths.get(0).layers();
            double sum = 0;
            for (Tensor tensor : network.tensors()) {
                if (tensor.role().decays()) {
                    sum += (double) layers.get(tensor.layer()).width() * tensor.fanIn();
                }
            }
            return Math.max(1, sum * probe.rows());
        }

        /** How many steps a fork may have, so that all forks together stay affordable. */
        int forkSteps() {
            return (int)
                    Math.min(
                            LearningRateTrial.STEPS,
                            MOST_FORK_WORK / stepWork() / LearningRateTrial.MOST_FORKS);
        }

        /** How many dry steps are affordable, but not fewer than their travel needs. */
        int drySteps() {
            return (int)
                    Math.max(
                            DryRun.FEWEST_STEPS,
                            Math.min(DryRun.STEPS, MOST_DRY_WORK / stepWork()));
        }

        private double stepWork() {
            double rows = (double) plan.data().toTrain().get(0, 0).rows() / probe.rows();
            return STEP_OVER_FORWARD * rows * work();
        }

        private boolean disagree() {
            double least = VanishingGradient.limit(plan);
            return Stream.<Predicate<SignalPath>>of(
                            path -> !path.arrives(),
                            path -> path.total() < least,
                            path -> path.total() > Observations.SIGNAL_EXPLODES)
                    .anyMatch(this::isOpen);
        }

        /** Whether the 90% interval of the share of sick ones contains one half. */
        private boolean isOpen(Predicate<SignalPath> sick) {
            double n = paths.size();
            double share = paths.stream().filter(sick).count() / n;
            double square = Z_90 * Z_90;
            double center = (share + square / (2 * n)) / (1 + square / n);
            double half =
                    Z_90
                            / (1 + square / n)
                            * Math.sqrt(share * (1 - share) / n + square / (4 * n * n));
            return Math.abs(center - 0.5) < half;
        }
    }
}
