package org.evengrad.engine.dl4j.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.evengrad.config.plugins.Kind;
import org.evengrad.engine.dl4j.imports.Parts.Part;
import org.evengrad.engine.dl4j.imports.TensorSettings.Motion;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/** Puts together what the parts of a network say about training. */
final class SettingsReader {
    private final Parts parts;
    private final Set<String> notes = new LinkedHashSet<>();

    SettingsReader(Parts parts) {
        this.parts = parts;
    }

    /** A tensor of a part, and how it is updated; no updater if it is frozen. */
    private record Owned(
            Part part, String key, long elements, Motion motion, Optional<IUpdater> updater) {
        String name() {
            return part.name() + "." + key;
        }
    }

    ModelSettings read() {
        List<Owned> owned = parts.layers().stream().flatMap(SettingsReader::tensors).toList();
        Optional<UpdateRule> main = mostCommon(owned);
        main.ifPresent(rule -> notes.addAll(rule.notes()));
        List<TensorSettings> tensors =
                owned.stream().map(tensor -> settings(tensor, main)).toList();
        List<StrategySettings> guards = guards();
        noteTheRest(main);
        return new ModelSettings(
                main.flatMap(UpdateRule::withRate),
                main.flatMap(rule -> rule.rate().scheduler()),
                guards,
                tensors,
                parts.entrances().stream().map(InputReader::read).toList(),
                parts.outputs().stream().map(OutputReader::read).toList(),
                constraints(),
                noise(),
                parts.truncation(),
                parts.dataType().name(),
                parts.iterations(),
                parts.epochs(),
                List.copyOf(notes));
    }

    private static Stream<Owned> tensors(Part part) {
        Trainable trainable = part.trainable();
        TrainingConfig config = trainable.getConfig();
        // One kind of them has no updater, the other only a gradient of zero.
        boolean frozen =
                Wrapped.layers(part).stream()
                        .anyMatch(
                                layer ->
                                        layer instanceof FrozenLayer
                                                || layer instanceof FrozenLayerWithBackprop);
        List<Owned> tensors = new ArrayList<>();
        for (Map.Entry<String, INDArray> parameter : trainable.paramTable(false).entrySet()) {
            String key = parameter.getKey();
            Optional<IUpdater> updater =
                    config == null
                            ? Optional.empty()
                            : Optional.ofNullable(config.getUpdaterByParam(key));
            Motion motion =
                    frozen || updater.isEmpty() || config.isPretrainParam(key)
                            ? Motion.FROZEN
                            : trainable.updaterDivideByMinibatch(key)
                                    ? Motion.TRAINED
                                    : Motion.STATISTIC;
            tensors.add(new Owned(part, key, parameter.getValue().length(), motion, updater));
        }
        return tensors.stream();
    }

    /** The rule that the most parameters have. */
    private static Optional<UpdateRule> mostCommon(List<Owned> owned) {
        Map<UpdateRule, Long> sizes = new LinkedHashMap<>();
        for (Owned tensor : owned) {
            if (tensor.motion() == Motion.TRAINED) {
                sizes.merge(
                        UpdateRule.of(tensor.updater().orElseThrow()),
                        tensor.elements(),
                        Long::sum);
            }
        }
        UpdateRule most = null;
        for (Map.Entry<UpdateRule, Long> rule : sizes.entrySet()) {
            if (most == null || rule.getValue() > sizes.get(most)) {
                most = rule.getKey();
            }
        }
        return Optional.ofNullable(most);
    }

    private TensorSettings settings(Owned tensor, Optional<UpdateRule> main) {
        if (tensor.motion() != Motion.TRAINED) {
            return new TensorSettings(
                    tensor.part().name(),
                    tensor.key(),
                    tensor.elements(),
                    tensor.motion(),
                    1,
                    0,
                    0,
                    0,
                    false);
        }
        double l1 = 0;
        double l2 = 0;
        double decay = 0;
        boolean followsRate = false;
        int decays = 0;
        for (Regularization penalty : regularization(tensor)) {
            if (penalty instanceof L1Regularization first) {
                l1 += fixed(tensor, "l1", first.getL1());
            } else if (penalty instanceof L2Regularization second) {
                l2 += fixed(tensor, "l2", second.getL2());
            } else if (penalty instanceof WeightDecay weightDecay) {
                double share = fixed(tensor, "weight decay", weightDecay.getCoeff());
                if (decays++ > 0) {
                    notes.add(
                            "DL4J keeps a weight decay that is set for the whole network twice in"
                                    + " each layer and applies both, so it counts double here too");
                }
                // For plain gradient descent it is the same as a penalty.
                if (weightDecay.isApplyLR() && tensor.updater().orElseThrow() instanceof Sgd) {
                    l2 += share;
                } else {
                    decay += share;
                    followsRate = weightDecay.isApplyLR();
                }
            } else {
                notes.add(
                        tensor.name()
                                + ": the penalty "
                                + penalty.getClass().getSimpleName()
                                + " has no equal here");
            }
        }
        return new TensorSettings(
                tensor.part().name(),
                tensor.key(),
                tensor.elements(),
                Motion.TRAINED,
                rateFactor(tensor, main.orElseThrow()),
                l1,
                l2,
                decay,
                followsRate);
    }

    private static List<Regularization> regularization(Owned tensor) {
        List<Regularization> list =
                tensor.part().trainable().getConfig().getRegularizationByParam(tensor.key());
        return list == null ? List.of() : list;
    }

    private double fixed(Owned tensor, String what, ISchedule schedule) {
        double first = schedule.valueAt(0, 0);
        if (!(schedule instanceof FixedSchedule)) {
            notes.add(
                    tensor.name()
                            + ": the schedule of its "
                            + what
                            + " is lost; it stays "
                            + first);
        }
        return first;
    }

    private double rateFactor(Owned tensor, UpdateRule main) {
        UpdateRule rule = UpdateRule.of(tensor.updater().orElseThrow());
        if (rule.equals(main)) {
            return 1;
        }
        if (rule.combinesWith(main)) {
            return rule.rate().rate() / main.rate().rate();
        }
        notes.add(
                tensor.name()
                        + ": its updater "
                        + tensor.updater().orElseThrow().getClass().getSimpleName()
                        + " differs in more than the rate from that of most parameters, which all"
                        + " of them get");
        return 1;
    }

    /** DL4J normalizes layer by layer; a guard looks at all of them alike. */
    private List<StrategySettings> guards() {
        Map<StrategySettings, List<String>> wanted = new LinkedHashMap<>();
        List<String> without = new ArrayList<>();
        boolean statistics = false;
        for (Part part : parts.layers()) {
            TrainingConfig config = part.trainable().getConfig();
            boolean trained = tensors(part).anyMatch(tensor -> tensor.motion() == Motion.TRAINED);
            if (!trained) {
                continue;
            }
            Optional<StrategySettings> guard =
                    guard(
                            config.getGradientNormalization(),
                            config.getGradientNormalizationThreshold());
            guard.ifPresentOrElse(
                    found ->
                            wanted.computeIfAbsent(found, any -> new ArrayList<>())
                                    .add(part.name()),
                    () -> without.add(part.name()));
            statistics |=
                    guard.isPresent()
                            && part.layer()
                                    .filter(BatchNormalization.class::isInstance)
                                    .isPresent();
        }
        if (wanted.size() > 1 || wanted.size() == 1 && !without.isEmpty()) {
            wanted.forEach(
                    (guard, layers) ->
                            notes.add(
                                    "gradient normalization as "
                                            + guard.hocon()
                                            + " is in "
                                            + String.join(", ", layers)
                                            + " only; guards act on all layers, so it is left"
                                            + " out"));
            return List.of();
        }
        if (statistics) {
            notes.add(
                    "DL4J's gradient normalization also limits how far the statistics of batch"
                            + " normalization move; here they move freely");
        }
        return List.copyOf(wanted.keySet());
    }

    private static Optional<StrategySettings> guard(GradientNormalization kind, double threshold) {
        if (kind == null) {
            return Optional.empty();
        }
        return switch (kind) {
            case None -> Optional.empty();
            case ClipElementWiseAbsoluteValue ->
                    Optional.of(guard("clip-value").with("limit", threshold));
            case ClipL2PerLayer ->
                    Optional.of(guard("clip-layer-norm").with("max-norm", threshold));
            case ClipL2PerParamType -> Optional.of(guard("clip-norm").with("max-norm", threshold));
            case RenormalizeL2PerLayer -> Optional.of(guard("normalize").with("scope", "layer"));
            case RenormalizeL2PerParamType ->
                    Optional.of(guard("normalize").with("scope", "tensor"));
        };
    }

    private static StrategySettings guard(String name) {
        return StrategySettings.of(Kind.GUARD, name);
    }

    private List<LayerNote> constraints() {
        List<LayerNote> found = new ArrayList<>();
        for (Part part : parts.layers()) {
            if (tensors(part).allMatch(tensor -> tensor.motion() == Motion.FROZEN)) {
                continue;
            }
            for (Layer layer : Wrapped.layers(part)) {
                List<LayerConstraint> constraints = layer.getConstraints();
                if (constraints != null) {
                    constraints.forEach(
                            each ->
                                    found.add(
                                            new LayerNote(
                                                    part.name(), each.getClass().getSimpleName())));
                }
            }
        }
        return found;
    }

    private List<LayerNote> noise() {
        List<LayerNote> found = new ArrayList<>();
        for (Part part : parts.layers()) {
            for (Layer layer : Wrapped.layers(part)) {
                if (layer.getIDropout() != null && !keepsAll(layer.getIDropout())) {
                    found.add(new LayerNote(part.name(), layer.getIDropout().toString()));
                }
                if (layer instanceof BaseLayer base && base.getWeightNoise() != null) {
                    found.add(new LayerNote(part.name(), base.getWeightNoise().toString()));
                }
            }
        }
        return found;
    }

    private static boolean keepsAll(IDropout dropout) {
        return dropout instanceof Dropout plain
                && plain.getPSchedule() == null
                && plain.getP() == 1;
    }

    private void noteTheRest(Optional<UpdateRule> main) {
        Set<OptimizationAlgorithm> algorithms = new LinkedHashSet<>();
        boolean sums = false;
        boolean maximizes = false;
        for (Part part : parts.layers()) {
            if (part.configuration().isPresent()) {
                NeuralNetConfiguration configuration = part.configuration().orElseThrow();
                algorithms.add(configuration.getOptimizationAlgo());
                sums |= !configuration.isMiniBatch();
                maximizes |= !configuration.isMinimize();
            }
        }
        algorithms.remove(OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT);
        algorithms.forEach(
                each -> notes.add("the optimization algorithm " + each + " is not carried over"));
        if (sums) {
            notes.add(
                    "miniBatch = false: DL4J takes the sum of the gradient over a batch, here it is"
                            + " the mean; rate and limits are as if it were the sum");
        }
        if (maximizes) {
            notes.add("minimize = false: here the loss always is made small");
        }
        if (parts.dataType() != DataType.FLOAT) {
            notes.add(
                    "its numbers are "
                            + parts.dataType()
                            + "; it is trained and saved with 32-bit floats");
        }
        if (parts.iterations() > 0) {
            notes.add(
                    "it was trained for "
                            + parts.iterations()
                            + " iterations; the memory of its updater is not carried over"
                            + (main.flatMap(rule -> rule.rate().scheduler()).isPresent()
                                    ? " and the schedule begins again"
                                    : ""));
        }
    }
}
