package org.evengrad.diagnosis.repair;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.plugins.StrategyType;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * What may help, by the causes of what is wrong, through strategies that are installed. What none
 * of the known remedies is gets a place as well, if it declares what it helps against ({@link
 * org.evengrad.spi.Strategy#helpsAgainst}).
 */
public final class Candidates implements Remedies {
    /** So many are proposed; whoever tries them may stop before the last one. */
    private static final int MOST = 6;

    /** Plugins that nobody knows get a place before this one. */
    private static final int FIRST = 5;

    /** So many of those places at most, from the back. */
    private static final int OF_PLUGINS = 2;

    /** Of a warning, against that of an error. */
    private static final double WARNING = 0.5;

    /** Strategies whose worth is known: they are proposed where experience says so. */
    private static final Set<String> KNOWN =
            Set.of(
                    "initializer 'he'",
                    "initializer 'xavier'",
                    "initializer 'lecun'",
                    "initializer 'orthogonal'",
                    "initializer 'delta-orthogonal'",
                    "initializer 'fixup'",
                    "initializer 'rezero'",
                    "initializer 'lsuv'",
                    "initializer 'irnn'",
                    "initializer 'auto-init'",
                    "initializer 'grad-init'",
                    "initializer 'zeros'",
                    "activation 'relu'",
                    "activation 'leaky-relu'",
                    "activation 'elu'",
                    "activation 'selu'",
                    "activation 'gelu'",
                    "activation 'swish'",
                    "activation 'mish'",
                    "activation 'tat'",
                    "optimizer 'adam'",
                    "optimizer 'adamw'",
                    "optimizer 'amsgrad'",
                    "optimizer 'nadam'",
                    "optimizer 'radam'",
                    "optimizer 'rmsprop'",
                    "scheduler 'cosine'",
                    "scheduler 'warmup'",
                    "guard 'nonfinite'",
                    "guard 'clip-global-norm'",
                    "guard 'clip-layer-norm'",
                    "guard 'clip-norm'",
                    "guard 'clip-value'",
                    "guard 'adaptive-clip'",
                    "guard 'adagc'",
                    "guard 'auto-clip'",
                    "guard 'zclip'",
                    "guard 'skip-large'",
                    "guard 'spam'",
                    "guard 'spike-rollback'");

    private final StrategyRegistry registry;

    /** Those that a registry's strategies allow. */
    public Candidates(StrategyRegistry registry) {
        this.registry = registry;
    }

    @Override
    public List<Patch> singles(TrainingPlan control, List<Verdict> verdicts) {
        Configured configured = new Configured(control);
        Changes changes = new Changes(registry, configured);
        List<Verdict> grave =
                verdicts.stream().filter(verdict -> verdict.severity() != Severity.NOTE).toList();
        List<Verdict> heard = grave.isEmpty() ? verdicts : grave;
        List<Patch> ranked = ranked(heard, configured, changes);
        // Plugins that nobody knows, and what helps in general where causes leave room for it.
        int at = Math.min(ranked.size(), FIRST - OF_PLUGINS);
        for (Patch patch : offered(heard, changes)) {
            if (at < FIRST && isNew(patch, ranked)) {
                ranked.add(at++, patch);
            }
        }
        for (Patch patch : Prescriptions.inGeneral(configured, changes)) {
            if (isNew(patch, ranked)) {
                ranked.add(patch);
            }
        }
        return ranked.stream().limit(MOST).toList();
    }

    @Override
    public Patch recipe(TrainingPlan control) {
        Configured configured = new Configured(control);
        return Prescriptions.sane(configured, new Changes(registry, configured));
    }

    /** What helps against several problems comes before what helps against one. */
    private static List<Patch> ranked(
            List<Verdict> verdicts, Configured configured, Changes changes) {
        Map<Map<String, String>, Patch> patches = new LinkedHashMap<>();
        Map<Map<String, String>, Double> worth = new LinkedHashMap<>();
        for (Verdict verdict : verdicts) {
            double weight = verdict.severity() == Severity.ERROR ? 1 : WARNING;
            List<Map<String, String>> seen = new ArrayList<>();
            for (Patch patch : Prescriptions.against(verdict, configured, changes)) {
                Map<String, String> overrides = patch.overrides();
                if (!seen.contains(overrides)) {
                    seen.add(overrides);
                    patches.putIfAbsent(overrides, patch);
                    worth.merge(overrides, weight / seen.size(), Double::sum);
                }
            }
        }
        List<Patch> ranked = new ArrayList<>(patches.values());
        ranked.sort(Comparator.comparingDouble(patch -> -worth.get(patch.overrides())));
        return ranked;
    }

    /** One edit for each strategy that declares to help, and whose worth is not known. */
    private List<Patch> offered(List<Verdict> verdicts, Changes changes) {
        List<Patch> offered = new ArrayList<>();
        for (Verdict verdict : verdicts) {
            for (StrategyType type : registry.all()) {
                if (!KNOWN.contains(type.toString()) && helps(type, verdict)) {
                    Optional<Edit> edit =
                            changes.offered(type, "helps against " + verdict.problem());
                    edit.ifPresent(of -> offered.add(Patch.of(of)));
                }
            }
        }
        return offered;
    }

    private static boolean helps(StrategyType type, Verdict verdict) {
        return type.helpsAgainst().contains(verdict.problem())
                || type.helpsAgainst().contains(verdict.problem() + "/" + verdict.cause());
    }

    private static boolean isNew(Patch patch, List<Patch> others) {
        return others.stream().noneMatch(other -> other.overrides().equals(patch.overrides()));
    }
}
