package org.evengrad.diagnosis;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.evengrad.diagnosis.RangeResult.Rule;
import org.evengrad.diagnosis.RangeResult.Trial;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.StepRecord.Action;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.engine.train.Forks;

/**
 * Finds a learning rate for a plan, on forks that leave its parameters bit for bit as they were.
 *
 * <p>A range test (Smith, Cyclical Learning Rates for Training Neural Networks,
 * https://arxiv.org/abs/1506.01186) raises the rate from step to step and looks where the loss
 * falls and where it rises again. One such curve is mostly noise, so several orders of batches are
 * run, and their median counts. What the curve suggests is only where a search begins: steps at
 * constant rates, from the same parameters and on the same batches, decide. A few steps favor rates
 * that are too large for many, so the least rate is suggested that wins nine tenths of what the
 * best one does.
 *
 * <p>The plan's schedule is left out: the rates are those of the steps. Optimizer and guards are
 * the plan's.
 */
public final class LearningRateRange {
    /** So many orders of batches try a constant rate. */
    private static final int TRIAL_ORDERS = 3;

    /** Trials take this share of the curve's steps. */
    private static final int TRIAL_SHARE = 2;

    private static final int FEWEST_TRIAL_STEPS = 10;

    /** Neighboring trials differ by this factor. */
    private static final double APART = 3;

    /** From where the curve falls fastest at most so many factors away. */
    private static final int MOST_MOVES = 4;

    /** Of two rates, one must end lower by this share of what was won to be better. */
    private static final double TIE = 0.02;

    /** The suggestion wins this share of what the best rate does. */
    private static final double MOST = 0.9;

    /** An order ends when its loss is so many times its lowest one. */
    private static final double DIVERGED = 4;

    /** Smooths the loss that decides whether an order ends. */
    private static final double KEEP = 0.9;

    /** As many losses as that smoothing sees. */
    private static final int FIRST_LOSSES = 10;

    /** A divergence this early in the range leaves nothing to look at. */
    private static final double AT_ONCE = 0.1;

    /** Guards that act in so many of the steps with too large a rate hide what it does. */
    private static final double HIDDEN = 0.2;

    private static final MathContext DIGITS = new MathContext(2);

    private final TrainingPlan plan;
    private final RangeOptions options;
    private final Listener listener;
    private final Forks forks;
    private final ProbeBatch probe;
    private final int trialSteps;
    private final double peak;
    private final TreeMap<Double, double[]> trials = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();

    private double[] rates;
    private int[] guarded;
    private int[] seen;
    private long taken;

    /** Is told how far a test is. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Called behind each step.
         *
         * @param steps taken so far
         * @param planned about how many there will be; grows while trials go on
         */
        void stepped(long steps, long planned);
    }

    /** A test of a plan before its first step, with the weights that its network has. */
    public LearningRateRange(TrainingPlan plan, RangeOptions options) {
        this(plan, options, (steps, planned) -> {});
    }

    /**
     * A test of a plan before its first step, with the weights that its network has.
     *
     * @param listener is told how far it is
     * @throws IllegalArgumentException if the plan's batches cannot be asked for in any order, or
     *     its optimizer's rate is zero
     */
    public LearningRateRange(TrainingPlan plan, RangeOptions options, Listener listener) {
        this.plan = plan;
        this.options = options;
        this.listener = listener;
        forks = Forks.beforeTraining(plan);
        if (!forks.possible()) {
            throw new IllegalArgumentException(
                    "batches that move on what they come from cannot be tried several times");
        }
        if (!(plan.optimizer().learningRate() > 0)) {
            throw new IllegalArgumentException("a learning rate of 0 has no multiples");
        }
        probe = new ProbeBatch(plan);
        trialSteps =
                (int)
                        Math.max(
                                FEWEST_TRIAL_STEPS,
                                Math.min(options.steps() / TRIAL_SHARE, plan.horizon().steps()));
        double shape = ScheduleShape.of(plan.scheduler(), plan.horizon(), 0).peak();
        peak = shape > 0 && Double.isFinite(shape) ? shape : 1;
    }

    /** Runs the curve, then the trials. */
    public RangeResult run() {
        long began = System.nanoTime();
        double current = plan.optimizer().learningRate() * peak;
        rates = options.rates(current);
        guarded = new int[rates.length];
        seen = new int[rates.length];
        double before = probe.loss();
        List<double[]> losses = new ArrayList<>();
        boolean finite = Double.isFinite(before);
        for (int order = 0; finite && order < options.orders(); order++) {
            losses.add(sweep(order));
        }
        RangeCurve curve = new RangeCurve(rates, losses);
        OptionalInt divergence = curve.divergence();
        Finding finding =
                !finite
                        ? new Finding(
                                Rule.NOT_FINITE,
                                "The loss before the first step is "
                                        + Phrases.number(before)
                                        + "; run check")
                        : curve.falls() ? tried(curve, before, current) : flat(curve, divergence);
        noteGuards(curve, divergence);
        noteSchedule();
        return new RangeResult(
                plan.name(),
                finding.rate,
                finding.rate.isPresent()
                        ? OptionalDouble.of(twoDigits(finding.rate.getAsDouble() / peak))
                        : OptionalDouble.empty(),
                finding.rule,
                finding.why,
                current,
                divergence.isPresent() && finite
                        ? OptionalDouble.of(rates[divergence.getAsInt()])
                        : OptionalDouble.empty(),
                before,
                curve.points(),
                trials.entrySet().stream()
                        .map(each -> new Trial(each.getKey(), median(each.getValue())))
                        .toList(),
                trialSteps,
                options.orders(),
                taken,
                notes,
                (System.nanoTime() - began) / 1e9);
    }

    private record Finding(OptionalDouble rate, Rule rule, String why) {
        Finding(Rule rule, String why) {
            this(OptionalDouble.empty(), rule, why);
        }
    }

    /** One order of batches, a larger rate in each step. */
    private double[] sweep(int order) {
        Sweep sweep = new Sweep();
        int last = rates.length - 1;
        // The last step only shows what the one before it did.
        forks.runAt(step -> rates[Math.min(step, last)], order, rates.length + 1, sweep, () -> 0);
        return Arrays.copyOf(sweep.losses, sweep.count);
    }

    /** Keeps the loss behind each step, and ends where it runs away. */
    private final class Sweep implements Forks.Follower {
        private final double[] losses = new double[rates.length];
        private int steps;
        private int count;
        private double sum;
        private double weight;
        private double first;
        private double best = Double.POSITIVE_INFINITY;
        private boolean diverged;

        @Override
        public void stepped(StepRecord record, Batch batch) {
            stepTaken((long) options.orders() * (rates.length + 1) + usualTrialSteps());
            double loss = record.loss();
            if (!Double.isFinite(loss) || record.outcome() == Outcome.STOPPED) {
                diverged = true;
                return;
            }
            if (steps > 0) {
                losses[count++] = loss;
            }
            if (steps < rates.length) {
                seen[steps]++;
                guarded[steps] += acted(record) ? 1 : 0;
            }
            steps++;
            sum = KEEP * sum + loss;
            weight = KEEP * weight + 1;
            double smooth = sum / weight;
            if (steps == FIRST_LOSSES) {
                first = smooth;
            }
            if (steps >= FIRST_LOSSES) {
                best = Math.min(best, smooth);
                diverged =
                        smooth
                                > Math.max(
                                        first + Math.abs(first),
                                        best + (DIVERGED - 1) * Math.abs(best));
            }
        }

        @Override
        public boolean enough() {
            return diverged;
        }
    }

    private static boolean acted(StepRecord record) {
        boolean acted = record.clipped() || record.outcome() != Outcome.APPLIED;
        for (int i = 0; i < record.actions(); i++) {
            acted |= record.actionKind(i) == Action.SCALE_RATE;
        }
        return acted;
    }

    private long usualTrialSteps() {
        return 4L * TRIAL_ORDERS * trialSteps;
    }

    private void stepTaken(long planned) {
        taken++;
        listener.stepped(taken, Math.max(taken, planned));
    }

    private Finding flat(RangeCurve curve, OptionalInt divergence) {
        boolean atOnce = divergence.isPresent() && divergence.getAsInt() < AT_ONCE * rates.length;
        return atOnce
                ? new Finding(
                        Rule.DIVERGES_AT_ONCE,
                        String.format(
                                Locale.ROOT,
                                "The loss rises from the least rates on, at %s already; begin"
                                        + " lower, or run check",
                                Phrases.number(rates[divergence.getAsInt()])))
                : new Finding(
                        Rule.FLAT_CURVE,
                        String.format(
                                Locale.ROOT,
                                "The loss falls at no rate between %s and %s by more than noise"
                                        + " (%s): the gradient may vanish; run check",
                                Phrases.number(rates[0]),
                                Phrases.number(rates[rates.length - 1]),
                                Phrases.percent(Math.max(0, curve.fall()))));
    }

    private Finding tried(RangeCurve curve, double before, double current) {
        Ladder ladder = new Ladder(twoDigits(curve.steepestRate()), before);
        int best = ladder.best();
        double least = loss(ladder.rate(best));
        if (!(least < before - TIE * Math.abs(before))) {
            return new Finding(
                    Rule.NO_TRIAL_HELPS,
                    String.format(
                            Locale.ROOT,
                            "The curve falls fastest at %s, but after %d steps at a constant rate"
                                    + " the loss is %s at best, and %s before; run check",
                            Phrases.number(ladder.rate(0)),
                            trialSteps,
                            Phrases.number(least),
                            Phrases.number(before)));
        }
        double constant = probe.nullLoss();
        if (!plan.network().scoresItself()
                && Math.abs(least - constant) < TIE * Math.abs(constant)) {
            return new Finding(
                    Rule.NO_BETTER_THAN_A_CONSTANT,
                    String.format(
                            Locale.ROOT,
                            "After %d steps at a constant rate the loss is %s at best, and %s for a"
                                    + " constant prediction: the gradient may vanish; run check, or"
                                    + " try more steps",
                            trialSteps,
                            Phrases.number(least),
                            Phrases.number(constant)));
        }
        int enough = ladder.enough(best);
        loss(current);
        return new Finding(
                OptionalDouble.of(ladder.rate(enough)),
                Rule.LEAST_THAT_WINS_MOST,
                String.format(
                        Locale.ROOT,
                        "The curve falls fastest at %s; after %d steps at a constant rate, %s is"
                                + " the least that wins %s of what the best one, %s, does (loss %s;"
                                + " a third of it: %s; three times it: %s)",
                        Phrases.number(ladder.rate(0)),
                        trialSteps,
                        Phrases.number(ladder.rate(enough)),
                        Phrases.percent(MOST),
                        Phrases.number(ladder.rate(best)),
                        Phrases.number(loss(ladder.rate(enough))),
                        outcome(loss(ladder.rate(enough - 1))),
                        outcome(loss(ladder.rate(enough + 1)))));
    }

    /** Constant rates, each three times the one below, around where the curve falls fastest. */
    private final class Ladder {
        private final double middle;
        private final double before;

        Ladder(double middle, double before) {
            this.middle = middle;
            this.before = before;
        }

        double rate(int rung) {
            return twoDigits(middle * Math.pow(APART, rung));
        }

        /** Climbs as long as the next rate is better, up or else down. */
        int best() {
            int best = 0;
            int way = better(1, 0) ? 1 : -1;
            while (Math.abs(best) < MOST_MOVES && better(best + way, best)) {
                best += way;
            }
            return best;
        }

        /** Goes down as long as that costs little: a few steps favor rates too large for many. */
        int enough(int best) {
            double won = before - loss(rate(best));
            int rung = best;
            while (best - rung < MOST_MOVES && before - loss(rate(rung - 1)) >= MOST * won) {
                rung--;
            }
            return rung;
        }

        /** In each order, and by more than a tie in the median. */
        private boolean better(int rung, int than) {
            double[] one = ends(rate(rung));
            double[] other = ends(rate(than));
            for (int order = 0; order < TRIAL_ORDERS; order++) {
                if (!(one[order] < other[order])) {
                    return false;
                }
            }
            double loss = median(one);
            return median(other) - loss > TIE * (before - loss);
        }
    }

    private static String outcome(double loss) {
        return Double.isFinite(loss) ? Phrases.number(loss) : "diverges";
    }

    private double loss(double rate) {
        return median(ends(rate));
    }

    private static double median(double[] ends) {
        double[] sorted = ends.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** On the probe, behind steps at a constant rate, in each order. */
    private double[] ends(double rate) {
        double[] known = trials.get(rate);
        if (known != null) {
            return known;
        }
        double[] ends = new double[TRIAL_ORDERS];
        for (int order = 0; order < TRIAL_ORDERS; order++) {
            Steady steady = new Steady();
            double end = forks.runAt(step -> rate, order, trialSteps, steady, probe::loss);
            ends[order] = steady.diverged || !Double.isFinite(end) ? Double.POSITIVE_INFINITY : end;
        }
        trials.put(rate, ends);
        return ends;
    }

    /** Ends where the loss is no number. */
    private final class Steady implements Forks.Follower {
        private boolean diverged;

        @Override
        public void stepped(StepRecord record, Batch batch) {
            stepTaken((long) options.orders() * (rates.length + 1) + usualTrialSteps());
            diverged = !Double.isFinite(record.loss()) || record.outcome() == Outcome.STOPPED;
        }

        @Override
        public boolean enough() {
            return diverged;
        }
    }

    private void noteGuards(RangeCurve curve, OptionalInt divergence) {
        int from = 0;
        while (from < rates.length - 1 && rates[from] < curve.lowestRate()) {
            from++;
        }
        int steps = 0;
        int acted = 0;
        for (int i = from; i < rates.length; i++) {
            steps += seen[i];
            acted += guarded[i];
        }
        if (steps > 0 && acted > HIDDEN * steps) {
            notes.add(
                    String.format(
                            Locale.ROOT,
                            "Guards changed or dropped %s of the steps from a rate of %s on%s",
                            Phrases.percent((double) acted / steps),
                            Phrases.number(rates[from]),
                            divergence.isPresent()
                                    ? ": without them the loss may rise earlier"
                                    : ", which hides where the loss would rise without them"));
        }
    }

    private void noteSchedule() {
        if (Math.abs(peak - 1) > TIE) {
            notes.add(
                    String.format(
                            Locale.ROOT,
                            "The schedule makes the rate up to %s times the optimizer's; the"
                                    + " setting is the suggestion divided by that",
                            Phrases.number(peak)));
        }
    }

    private static double twoDigits(double rate) {
        return BigDecimal.valueOf(rate).round(DIGITS).doubleValue();
    }
}
