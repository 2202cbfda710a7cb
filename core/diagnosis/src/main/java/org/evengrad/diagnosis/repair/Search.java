package org.evengrad.diagnosis.repair;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.diagnosis.repair.Arm.Leg;

/**
 * Looks for the smallest patch that helps: all candidates for a short while, the best of them for
 * longer, two together only where none helps alone, and then without each part that is not needed.
 * Each is held against the unchanged control with the same seeds.
 */
final class Search {
    /** What a healthy training reaches. */
    static final double HEALTHY = 0.9;

    private static final double FIRST_SHARE = 0.05;
    private static final double SECOND_SHARE = 0.15;

    /** A control below it is sick for certain. */
    private static final double SICK = 0.5;

    /** What is so close to the best goes on with it. */
    private static final double CLOSE = 0.05;

    /** A winner is at most so much worse than the recipe. */
    private static final double BELOW_RECIPE = 0.1;

    /** A part that brings less is not needed. */
    private static final double NEEDED = 0.05;

    /** What is so far behind with one seed gets no second one. */
    private static final double FAR_BEHIND = 0.3;

    private static final int MOST_SINGLES = 5;
    private static final int SINGLES_IN_PAIRS = 4;

    /** What comes after the search as a rule, in trainings of the original. */
    private static final double PROOF = 2 * Acceptance.FEW_PAIRS * Prover.SHARE;

    private static final double PROOF_AND_RESULT = 2 * Acceptance.FEW_PAIRS;

    private final Trials trials;
    private final List<Long> seeds;
    private final List<Patch> singles;
    private final Patch recipe;
    private final List<String> ruledOut = new ArrayList<>();
    private final Set<Patch> proposed = new HashSet<>();
    private List<Standing> ranked = List.of();
    private List<Standing> compared = List.of();
    private boolean triedTogether;
    private Patch promising;
    private boolean healthy;

    /**
     * A search.
     *
     * @param seeds of each arm
     * @param singles the more promising first
     * @param recipe the yardstick; may be empty
     */
    Search(Trials trials, List<Long> seeds, List<Patch> singles, Patch recipe) {
        this.trials = trials;
        this.seeds = List.copyOf(seeds);
        this.singles =
                singles.stream()
                        .filter(patch -> !patch.isEmpty())
                        .distinct()
                        .limit(MOST_SINGLES)
                        .toList();
        this.recipe = recipe;
        promising = Stream.concat(this.singles.stream(), Stream.of(recipe)).findFirst().get();
    }

    /** Whether the control turned out to learn well. */
    boolean foundHealthy() {
        return healthy;
    }

    /** What did best so far; before anything was tried, what promises most. */
    Patch promising() {
        return promising;
    }

    /** What was tried and did not help; one sentence each. */
    List<String> ruledOut() {
        return ruledOut;
    }

    /**
     * Searches.
     *
     * @return what helps and is to be proved, the best first
     * @throws CutShort if there was no time
     */
    List<Patch> run() {
        List<Patch> field = new ArrayList<>(singles);
        if (!recipe.isEmpty() && !field.contains(recipe)) {
            field.add(recipe);
        }
        if (field.isEmpty()) {
            return List.of();
        }
        List<Standing> first =
                compare(Stage.FIRST_RUNG, field, FIRST_SHARE, 2 * SECOND_SHARE + PROOF_AND_RESULT);
        Standing control = first.get(0);
        if (control.reaches(HEALTHY)) {
            healthy = true;
            return List.of();
        }
        ranked = Ranking.of(of(first, singles));
        compared = first;
        if (!ranked.isEmpty() && ranked.get(0).skill() >= HEALTHY && control.skill() < SICK) {
            return candidates(ranked, control, first);
        }
        return second(first);
    }

    /**
     * Goes on where none of those passed its proof.
     *
     * @return what else helps and is to be proved, the best first
     * @throws CutShort if there was no time
     */
    List<Patch> goOn() {
        List<Patch> more = triedTogether ? List.of() : together();
        return more.stream().filter(patch -> !proposed.contains(patch)).toList();
    }

    private List<Patch> second(List<Standing> first) {
        List<Patch> field = new ArrayList<>();
        ranked.stream()
                .limit(2)
                .filter(each -> ranked.get(0).skill() - each.skill() <= CLOSE)
                .forEach(each -> field.add(each.patch()));
        List<Patch> best = List.copyOf(field);
        // A single that learns, and does not stand behind the yardstick, needs it no longer.
        of(first, List.of(recipe)).stream()
                .filter(each -> ranked.isEmpty() || isAhead(each, ranked.get(0)))
                .forEach(each -> field.add(each.patch()));
        singles.stream().filter(patch -> !field.contains(patch)).forEach(trials::forget);
        double cost = cost(field.size() + 1, SECOND_SHARE - FIRST_SHARE);
        boolean skips = !trials.fits(cost + PROOF) && trials.fits(PROOF);
        List<Standing> second =
                skips ? first : compare(Stage.SECOND_RUNG, field, SECOND_SHARE, PROOF_AND_RESULT);
        compared = second;
        List<Standing> winners =
                winners(Ranking.of(of(second, best)), second.get(0), recipeOf(second));
        return winners.isEmpty()
                ? together()
                : candidates(winners, second.get(0), withOthers(second, first));
    }

    /** What went further, and what stayed behind: it may yet be what passes the proof. */
    private static List<Standing> withOthers(List<Standing> second, List<Standing> first) {
        List<Standing> all = new ArrayList<>(second);
        first.stream()
                .filter(each -> second.stream().noneMatch(o -> o.patch().equals(each.patch())))
                .forEach(all::add);
        return all;
    }

    private static boolean isAhead(Standing recipe, Standing single) {
        return single.skill() < FAR_BEHIND || recipe.skill() > single.skill();
    }

    /** Two at a time, and the recipe. */
    private List<Patch> together() {
        triedTogether = true;
        List<Patch> pairs = new ArrayList<>();
        List<Patch> best = ranked.stream().limit(SINGLES_IN_PAIRS).map(Standing::patch).toList();
        for (int i = 0; i < best.size(); i++) {
            for (int j = i + 1; j < best.size(); j++) {
                if (!best.get(i).overlaps(best.get(j))) {
                    pairs.add(best.get(i).and(best.get(j)));
                }
            }
        }
        List<Patch> field = new ArrayList<>(pairs);
        if (!recipe.isEmpty()) {
            field.add(recipe);
        }
        if (field.isEmpty()) {
            return List.of();
        }
        List<Standing> standings = compare(Stage.PAIRS, field, SECOND_SHARE, PROOF_AND_RESULT);
        List<Standing> winners =
                winners(Ranking.of(of(standings, field)), standings.get(0), recipeOf(standings));
        List<Standing> all = new ArrayList<>(standings);
        compared.stream()
                .filter(each -> each.share() == SECOND_SHARE && !field.contains(each.patch()))
                .filter(each -> !each.patch().isEmpty())
                .forEach(all::add);
        return winners.isEmpty() ? List.of() : candidates(winners, standings.get(0), all);
    }

    /** Those that gain enough and are not far below the yardstick, the best first. */
    private List<Standing> winners(
            List<Standing> ranked, Standing control, Optional<Standing> yardstick) {
        double least = yardstick.map(Standing::skill).orElse(Skill.WORST) - BELOW_RECIPE;
        return ranked.stream()
                .filter(each -> each.gainOn(control) >= Acceptance.LEAST_GAIN)
                .filter(each -> each.skill() >= least)
                .toList();
    }

    /**
     * The winner without what it does not need, then the winner as it was, then the others that
     * helped.
     *
     * @param winners the best first
     * @param all that were compared with it
     */
    private List<Patch> candidates(List<Standing> winners, Standing control, List<Standing> all) {
        Patch winner = drop(winners.get(0));
        promising = winner;
        List<Patch> candidates = new ArrayList<>();
        candidates.add(winner);
        Stream.concat(winners.stream(), Ranking.of(all).stream())
                .filter(each -> each.gainOn(control) >= Acceptance.LEAST_GAIN)
                .map(Standing::patch)
                .filter(patch -> !candidates.contains(patch))
                .distinct()
                .forEach(candidates::add);
        proposed.addAll(candidates);
        return candidates;
    }

    /** The patch without the edits that bring next to nothing, the least useful first. */
    private Patch drop(Standing winner) {
        List<Edit> edits = winner.patch().edits();
        double cost = cost(2 * edits.size(), winner.share());
        if (edits.size() < 2 || !trials.fits(cost + PROOF) && trials.fits(PROOF)) {
            return winner.patch();
        }
        List<Patch> each = edits.stream().map(winner.patch()::without).toList();
        trials.begin(Stage.DROP, each, cost + PROOF_AND_RESULT);
        List<Standing> standings = new ArrayList<>();
        for (Patch patch : each) {
            // Without something that it needs, the first seed tells.
            standing(Stage.DROP, patch, winner.share(), winner.skills().get(0) - FAR_BEHIND)
                    .ifPresent(standings::add);
        }
        standings.sort(Comparator.comparingDouble(Standing::skill).reversed());
        Patch smallest = winner.patch();
        for (Standing without : standings) {
            Edit edit =
                    edits.stream()
                            .filter(any -> !without.patch().edits().contains(any))
                            .findFirst()
                            .orElseThrow();
            if (winner.gainOn(without) >= NEEDED || smallest.edits().size() == 1) {
                break;
            }
            Patch smaller = smallest.without(edit);
            Optional<Standing> tried = standing(Stage.DROP, smaller, winner.share(), Skill.WORST);
            if (tried.isPresent() && winner.gainOn(tried.get()) < NEEDED) {
                smallest = smaller;
            }
        }
        return smallest;
    }

    /**
     * Trains the control and others equally far.
     *
     * @param after what comes after, in trainings of the original
     * @return the control first, then those that could be trained, in the same order
     */
    private List<Standing> compare(Stage stage, List<Patch> patches, double share, double after) {
        double cost = cost(patches.size() + 1, share);
        trials.require(stage == Stage.SECOND_RUNG ? cost * (1 - FIRST_SHARE / SECOND_SHARE) : cost);
        List<Patch> field = new ArrayList<>(List.of(Patch.NONE));
        field.addAll(patches);
        trials.begin(stage, field, cost + after);
        List<Standing> standings = new ArrayList<>();
        double least = stage == Stage.FIRST_RUNG ? leastAfterOneSeed(field, share) : Skill.WORST;
        for (Patch patch : field) {
            standing(stage, patch, share, patch.isEmpty() ? Skill.WORST : least)
                    .ifPresent(standings::add);
            if (standings.size() > 1) {
                promising = Ranking.of(standings.subList(1, standings.size())).get(0).patch();
            }
        }
        Standing control = standings.get(0);
        for (Standing each : standings.subList(1, standings.size())) {
            if (each.gainOn(control) < Acceptance.LEAST_GAIN) {
                rule(each, control);
            }
        }
        return standings;
    }

    private void rule(Standing each, Standing control) {
        String prefix = each.patch().name() + ": ";
        ruledOut.removeIf(sentence -> sentence.startsWith(prefix));
        ruledOut.add(
                prefix
                        + String.format(
                                Locale.ROOT,
                                "skill %.2f after %d steps, and %.2f unchanged",
                                each.skill(),
                                each.steps(),
                                control.skill()));
    }

    /** Trains all with the first seed; what is below the result gets no second one. */
    private double leastAfterOneSeed(List<Patch> field, double share) {
        double best = Skill.WORST;
        for (Patch patch : field) {
            Optional<Standing> standing =
                    standing(Stage.FIRST_RUNG, patch, share, Double.POSITIVE_INFINITY);
            if (standing.isPresent()) {
                best = Math.max(best, standing.get().skill());
            }
        }
        return best - FAR_BEHIND;
    }

    /**
     * Trains a patch with the seeds; with the first one alone if it stays below the least skill.
     *
     * @return empty if it cannot be trained
     */
    private Optional<Standing> standing(Stage stage, Patch patch, double share, double least) {
        List<Double> skills = new ArrayList<>();
        double loss = 0;
        long steps = 0;
        try {
            for (long seed : seeds) {
                if (skills.size() == 1 && skills.get(0) < least) {
                    break;
                }
                Leg leg = trials.train(stage, patch, seed, share, false);
                skills.add(leg.skill());
                steps = Math.max(steps, leg.steps());
                loss += leg.relativeLoss();
            }
            loss /= skills.size();
        } catch (InvalidInputException e) {
            if (patch.isEmpty()) {
                throw e;
            }
            ruledOut.add(patch.name() + ": " + e.problems().get(0).message());
            return Optional.empty();
        }
        return Optional.of(new Standing(patch, share, steps, skills, loss));
    }

    private double cost(int arms, double share) {
        return arms * seeds.size() * share;
    }

    private Optional<Standing> recipeOf(List<Standing> standings) {
        return of(standings, List.of(recipe)).stream().findFirst();
    }

    private static List<Standing> of(List<Standing> standings, List<Patch> patches) {
        return standings.stream()
                .filter(each -> !each.patch().isEmpty() && patches.contains(each.patch()))
                .toList();
    }
}
