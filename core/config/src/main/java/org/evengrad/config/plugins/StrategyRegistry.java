package org.evengrad.config.plugins;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
    private final List<Path> jars;
    private List<Provenance.Use> remembered = List.of();

    /**
     * Registers strategies. A name that occurs twice within a kind is usable in neither form and is
     * reported among the problems.
     *
     * @param types the strategies that were found
     * @param problems what went wrong while they were looked for
     */
    public StrategyRegistry(Collection<StrategyType> types, List<Problem> problems) {
        this(types, problems, List.of());
    }

    /**
     * Registers strategies, and which jars they came from.
     *
     * @param types the strategies that were found
     * @param problems what went wrong while they were looked for
     * @param jars every jar that was opened for them, those of their libraries too
     */
    public StrategyRegistry(
            Collection<StrategyType> types, List<Problem> problems, List<Path> jars) {
        this.jars = List.copyOf(jars);
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

    private StrategyRegistry(StrategyRegistry other, List<Provenance.Use> remembered) {
        this.usable.putAll(other.usable);
        this.duplicates.putAll(other.duplicates);
        this.problems = other.problems;
        this.brokenFiles = other.brokenFiles;
        this.jars = other.jars;
        this.remembered = List.copyOf(remembered);
    }

    /**
     * The same strategies. Where one is missing that was there before, the message names the jar
     * that it was in.
     *
     * @param uses what a run or a model says that it used
     */
    public StrategyRegistry remembering(List<Provenance.Use> uses) {
        return new StrategyRegistry(this, uses);
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
        Optional<Provenance.Use> before =
                remembered.stream()
                        .filter(use -> use.kind() == kind && use.name().equals(name))
                        .filter(use -> use.jar() != null)
                        .findFirst();
        if (before.isPresent()) {
            return missing(before.get());
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
        return message.append(brokenFilesHint()).toString();
    }

    private String missing(Provenance.Use before) {
        return "no "
                + before.kind().singular()
                + " '"
                + before.name()
                + "' is installed; it was in "
                + before.jar()
                + " (SHA-256 "
                + before.sha256()
                + "). Add that jar to plugins/ or pass --plugins DIR"
                + brokenFilesHint();
    }

    private String brokenFilesHint() {
        return brokenFiles.isEmpty()
                ? ""
                : ". Not everything could be loaded from " + String.join(", ", brokenFiles);
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

    /** Every plugin jar that was opened, used or not, in the order of their paths. */
    public List<Path> jars() {
        return jars;
    }

    /**
     * What a run uses, and all jars that were loaded, with their hashes.
     *
     * @param configs records that hold strategies, at any depth
     * @throws java.io.UncheckedIOException if a jar cannot be read any more
     */
    public Provenance provenance(Record... configs) {
        Map<Path, HashedJar> hashed = new LinkedHashMap<>();
        jars.forEach(jar -> hashed.put(jar, HashedJar.of(jar)));
        Set<Provenance.Use> uses = new LinkedHashSet<>();
        for (Record config : configs) {
            addUses(config, hashed, uses);
        }
        return new Provenance(List.copyOf(hashed.values()), List.copyOf(uses));
    }

    private void addUses(Object value, Map<Path, HashedJar> hashed, Set<Provenance.Use> uses) {
        if (value instanceof Optional<?> maybe) {
            maybe.ifPresent(inside -> addUses(inside, hashed, uses));
        } else if (value instanceof Collection<?> all) {
            all.forEach(inside -> addUses(inside, hashed, uses));
        } else if (value instanceof Record record) {
            if (Stream.of(Kind.values()).anyMatch(kind -> kind.type().isInstance(record))) {
                StrategyType type = typeOf(record);
                HashedJar jar = hashed.get(type.origin().jar());
                uses.add(
                        new Provenance.Use(
                                type.kind(),
                                type.name(),
                                jar == null ? null : jar.fileName(),
                                jar == null ? null : jar.sha256()));
            }
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                addUses(OptionType.read(component.getAccessor(), record), hashed, uses);
            }
        }
    }

    /** Broken jars and duplicate names: reported, and the other strategies work. */
    public List<Problem> problems() {
        return problems;
    }
}
