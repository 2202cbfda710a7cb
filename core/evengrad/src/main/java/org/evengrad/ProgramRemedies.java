package org.evengrad;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.diagnosis.repair.Edit;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.Remedies;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.Verdict;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;

/**
 * What may help a network that a program builds, with the calls that the program is to make: those
 * of {@link Trainer} for strategies, DL4J's for structure.
 */
final class ProgramRemedies implements Remedies {
    /** What DL4J draws the same way. */
    private static final Map<String, String> WEIGHTS =
            Map.of(
                    "he", "WeightInit.RELU",
                    "xavier", "WeightInit.XAVIER_UNIFORM",
                    "orthogonal", "new OrthogonalDistribution(1.0)",
                    "zeros", "WeightInit.ZERO");

    /** What DL4J calls the same function. */
    private static final Map<String, String> ACTIVATIONS =
            Map.ofEntries(
                    Map.entry("relu", "RELU"),
                    Map.entry("relu6", "RELU6"),
                    Map.entry("leaky-relu", "LEAKYRELU"),
                    Map.entry("elu", "ELU"),
                    Map.entry("selu", "SELU"),
                    Map.entry("gelu", "GELU"),
                    Map.entry("swish", "SWISH"),
                    Map.entry("mish", "MISH"),
                    Map.entry("tanh", "TANH"),
                    Map.entry("sigmoid", "SIGMOID"),
                    Map.entry("softsign", "SOFTSIGN"),
                    Map.entry("softplus", "SOFTPLUS"),
                    Map.entry("softmax", "SOFTMAX"),
                    Map.entry("identity", "IDENTITY"));

    private final Remedies remedies;
    private final ProgramPatient patient;
    private final StrategyRegistry registry;

    ProgramRemedies(Remedies remedies, ProgramPatient patient, StrategyRegistry registry) {
        this.remedies = remedies;
        this.patient = patient;
        this.registry = registry;
    }

    @Override
    public List<Patch> singles(TrainingPlan control, List<Verdict> verdicts) {
        return remedies.singles(control, verdicts).stream()
                .map(patch -> told(patch.edits(), control))
                .toList();
    }

    /** Without what the network cannot take, so that the rest of it can be the yardstick. */
    @Override
    public Patch recipe(TrainingPlan control) {
        List<Edit> possible =
                remedies.recipe(control).edits().stream()
                        .filter(edit -> changes(edit, control.network()))
                        .filter(this::isPossible)
                        .toList();
        return told(possible, control);
    }

    /** Whether an edit changes something; gates of recurrent layers do not begin at zero. */
    private static boolean changes(Edit edit, Network network) {
        Set<Integer> recurrent =
                network.tensors().stream()
                        .filter(tensor -> tensor.role() == Role.RECURRENT)
                        .map(Tensor::layer)
                        .collect(Collectors.toSet());
        return !edit.key().equals("bias-initializer")
                || network.tensors().stream()
                        .filter(tensor -> tensor.role() == Role.BIAS)
                        .filter(tensor -> !recurrent.contains(tensor.layer()))
                        .anyMatch(tensor -> !isZero(network, tensor));
    }

    private static boolean isZero(Network network, Tensor tensor) {
        int offset = network.offset(tensor.index());
        for (int i = 0; i < tensor.size(); i++) {
            if (network.parameters().get(offset + i) != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean isPossible(Edit edit) {
        try (TrainingPlan tried = patient.plan(Patch.of(edit), patient.seed())) {
            return tried.network() != null;
        } catch (InvalidInputException refused) {
            return false;
        }
    }

    private Patch told(List<Edit> edits, TrainingPlan control) {
        return new Patch(edits.stream().map(edit -> told(edit, control)).toList());
    }

    private Edit told(Edit edit, TrainingPlan control) {
        return new Edit(edit.kind(), edit.key(), edit.value(), edit.reason(), java(edit, control));
    }

    private String java(Edit edit, TrainingPlan control) {
        ProgramPatch patch;
        try {
            patch = ProgramPatch.of(Patch.of(edit), registry);
        } catch (InvalidInputException notForPrograms) {
            return edit.java();
        }
        return switch (edit.kind()) {
            case OPTIMIZER, LEARNING_RATE -> {
                Optimizer optimizer = patch.optimizerInPlaceOf(control.optimizer(), registry);
                yield ".optimizer("
                        + (edit.kind() == Edit.Kind.OPTIMIZER
                                ? edit.java()
                                : created((Record) optimizer))
                        + ")";
            }
            case SCHEDULER ->
                    ".schedule(" + created((Record) patch.scheduler().orElseThrow()) + ")";
            case GUARDS ->
                    patch.guards().orElseThrow().stream()
                            .map(guard -> created((Record) guard))
                            .collect(Collectors.joining(", ", ".guards(", ")"));
            case ACTIVATION, OUTPUT ->
                    edit.key().equals(ProgramPatch.MATCH_LOSS)
                            ? edit.java()
                            : ACTIVATIONS.containsKey(edit.value())
                                    ? ".activation(Activation."
                                            + ACTIVATIONS.get(edit.value())
                                            + ")"
                                    : byDoctor();
            case INITIALIZER ->
                    patch.weights().isEmpty()
                            ? edit.java()
                            : WEIGHTS.containsKey(edit.value())
                                    ? ".weightInit(" + WEIGHTS.get(edit.value()) + ")"
                                    : byDoctor();
            case SCALING ->
                    patch.scalesTargets()
                            ? "normalizer.fitLabel(true); normalizer.fit(iterator);"
                                    + " iterator.setPreProcessor(normalizer)"
                            : "normalizer = new NormalizerStandardize();"
                                    + " normalizer.fit(iterator);"
                                    + " iterator.setPreProcessor(normalizer)";
            case LENGTH -> ".fit(iterator, " + edit.value() + ")";
            default -> edit.java();
        };
    }

    /** DL4J itself has no such call. */
    private static String byDoctor() {
        return "doctor.network(repair.patch())";
    }

    private String created(Record strategy) {
        String name = strategy.getClass().getSimpleName();
        if (strategy.equals(registry.typeOf(strategy).defaults())) {
            return "new " + name + "()";
        }
        return Arrays.stream(strategy.getClass().getRecordComponents())
                .map(component -> literal(component, strategy))
                .collect(Collectors.joining(", ", "new " + name + "(", ")"));
    }

    private static String literal(RecordComponent component, Record of) {
        try {
            Object value = component.getAccessor().invoke(of);
            return value instanceof Enum<?> constant
                    ? constant.getDeclaringClass().getSimpleName() + "." + constant.name()
                    : String.valueOf(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("every strategy is a public record", e);
        }
    }
}
