package org.evengrad.config.plugins;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.config.problem.Suggestion;

/**
 * The strategies that are installed, by kind and name.
 *
 * @since 0.1.0
 */
public final class StrategyRegistry {
    private final Map<Kind, Map<String, StrategyType>> usable = new EnumMap<>(Kind.class);
    private final Map<Kind, Map<String, Problem>> duplicates = new EnumMap<>(Kind.class);
    private final List<Problem> problems;
    private final List<String> brokenFiles;

    /**
     * Registers strategies. A name that occurs twice within a kind is usable in neither form and is
     * reported among the problems.
     *
     * @param types the strategies that were found
     * @param problems what went wrong while they were looked for
     */
    public StrategyRegistry(Collection<StrategyType> types, List<Problem> problems) {
        for (Kind kind : Kind.values()) {
            usable.put(kind, new TreeMap<>());
            duplicates.put(kind, new TreeMap<>());
        }
        types.stream()
                .collect(Collectors.groupingBy(StrategyType::toString, Collectors.toList()))
                .values()
                .forEach(this::register);
        this.brokenFiles =
                problems.stream().map(Problem::file).filter(Objects::nonNull).distinct().toList();
        List<Problem> all = new ArrayList<>(problems);
        duplicates.values().forEach(byName -> all.addAll(byName.values()));
        this.problems = List.copyOf(all);
    }

    private void register(List<StrategyType> sameName) {
        StrategyType first = sameName.get(0);
        if (sameName.size() == 1) {
            usable.get(first.kind()).put(first.name(), first);
            return;
        }
        String places =
                sameName.stream()
                        .map(type -> type.origin().description())
                        .collect(Collectors.joining(" and in "));
        Problem duplicate =
                Problem.of(
                        first
                                + " is in "
                                + places
                                + "; none of them is used. Keep one and remove the others");
        duplicates.get(first.kind()).put(first.name(), duplicate);
    }

    /** The strategy of that kind and name, if it is installed and usable. */
    public Optional<StrategyType> find(Kind kind, String name) {
        return Optional.ofNullable(usable.get(kind).get(name));
    }

    /**
     * The strategy of that kind and name.
     *
     * @throws InvalidInputException if there is none; says which name is nearest, which are
     *     installed, what to do, and which jars could not be read
     */
    public StrategyType require(Kind kind, String name) {
        return find(kind, name)
                .orElseThrow(() -> new InvalidInputException(Problem.of(missing(kind, name))));
    }

    /** Why {@link #find} finds nothing, and what to do. */
    public String missing(Kind kind, String name) {
        Problem duplicate = duplicates.get(kind).get(name);
        if (duplicate != null) {
            return duplicate.message();
        }
        Collection<String> installed = usable.get(kind).keySet();
        StringBuilder message = new StringBuilder();
        message.append("no ").append(kind.singular()).append(" '").append(name);
        message.append("' is installed.").append(Suggestion.sentence(name, installed));
        Stream.of(Kind.values())
                .filter(other -> find(other, name).isPresent())
                .forEach(
                        other ->
                                message.append(" (There is ")
                                        .append(find(other, name).get())
                                        .append(".)"));
        message.append(" Installed ").append(kind.folder()).append(": ");
        message.append(installed.isEmpty() ? "none" : String.join(", ", installed));
        message.append(". For another, add the jar that holds it to plugins/")
                .append(" or pass --plugins DIR");
        if (!brokenFiles.isEmpty()) {
            message.append(". Not everything could be loaded from ")
                    .append(String.join(", ", brokenFiles));
        }
        return message.toString();
    }

    /** The usable strategies of one kind, by name. */
    public List<StrategyType> all(Kind kind) {
        return List.copyOf(usable.get(kind).values());
    }

    /** All usable strategies, by kind and name. */
    public List<StrategyType> all() {
        return usable.values().stream().flatMap(byName -> byName.values().stream()).toList();
    }

    /**
     * The description of a strategy's record, whether it is registered or not.
     *
     * @throws InvalidInputException if the object is no strategy
     */
    public StrategyType typeOf(Object strategy) {
        return all().stream()
                .filter(type -> type.type() == strategy.getClass())
                .findFirst()
                .orElseGet(() -> StrategyType.describe(strategy.getClass(), Origin.bound()));
    }

    /** Broken jars and duplicate names: reported, and the other strategies work. */
    public List<Problem> problems() {
        return problems;
    }
}
