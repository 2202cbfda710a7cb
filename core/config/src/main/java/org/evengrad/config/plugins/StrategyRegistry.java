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
import org.evengrad.spi.Strategy;

/**
 * The strategies that are installed, by kind and name.
 *
 * @since 0.1.0
 */
public final class StrategyRegistry {
    private final Map<Kind, Map<String, Installed>> usable = new EnumMap<>(Kind.class);
    private final Map<Kind, Map<String, Problem>> duplicates = new EnumMap<>(Kind.class);
    private final List<Problem> problems;
    private final List<String> brokenFiles;
    private final List<Path> jars;
    private final JarHashes hashes;
    private List<Provenance.Use> remembered = List.of();

    /**
     * Registers strategies. A name that occurs twice within a kind is usable in neither form and is
     * reported among the problems.
     *
     * @param types the strategies that were found
     * @param problems what went wrong while they were looked for
     */
    public StrategyRegistry(Collection<StrategyType> types, List<Problem> problems) {
        this(types.stream().map(Installed::of).toList(), problems, List.of(), new JarHashes());
    }

    /**
     * Registers strategies, and which jars they came from.
     *
     * @param strategies that were found
     * @param problems what went wrong while they were looked for
     * @param jars every plugin jar, those of libraries too
     * @param hashes computes the jars' hashes
     */
    StrategyRegistry(
            Collection<Installed> strategies,
            List<Problem> problems,
            List<Path> jars,
            JarHashes hashes) {
        this.jars = List.copyOf(jars);
        this.hashes = hashes;
        for (Kind kind : Kind.values()) {
            usable.put(kind, new TreeMap<>());
            duplicates.put(kind, new TreeMap<>());
        }
        Map<String, List<Installed>> byName = new LinkedHashMap<>();
        for (Installed strategy : strategies) {
            byName.computeIfAbsent(strategy.toString(), name -> new ArrayList<>()).add(strategy);
        }
        byName.values().forEach(this::register);
        this.brokenFiles =
                problems.stream().map(Problem::file).filter(Objects::nonNull).distinct().toList();
        List<Problem> all = new ArrayList<>(problems);
        duplicates.values().forEach(names -> all.addAll(names.values()));
        this.problems = List.copyOf(all);
    }

    private StrategyRegistry(StrategyRegistry other, List<Provenance.Use> remembered) {
        this.usable.putAll(other.usable);
        this.duplicates.putAll(other.duplicates);
        this.problems = other.problems;
        this.brokenFiles = other.brokenFiles;
        this.jars = other.jars;
        this.hashes = other.hashes;
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

    private void register(List<Installed> sameName) {
        Installed first = sameName.get(0);
        if (sameName.size() == 1) {
            usable.get(first.kind()).put(first.name(), first);
            return;
        }
        String places =
                sameName.stream()
                        .map(strategy -> strategy.origin().description())
                        .collect(Collectors.joining(" and in "));
        Problem duplicate =
                Problem.of(
                        first
                                + " is in "
                                + places
                                + "; none of them is used. Keep one and remove the others");
        duplicates.get(first.kind()).put(first.name(), duplicate);
    }

    /**
     * The strategy of that kind and name, if it is installed and usable.
     *
     * @throws InvalidInputException if its jar was changed after it was looked at
     */
    public Optional<StrategyType> find(Kind kind, String name) {
        return Optional.ofNullable(usable.get(kind).get(name)).map(Installed::type);
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
                .map(other -> usable.get(other).get(name))
                .filter(Objects::nonNull)
                .forEach(other -> message.append(" (There is ").append(other).append(".)"));
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
        return usable.get(kind).values().stream().map(Installed::type).toList();
    }

    /** All usable strategies, by kind and name. */
    public List<StrategyType> all() {
        return Stream.of(Kind.values()).flatMap(kind -> all(kind).stream()).toList();
    }

    /**
     * The description of a strategy's record, whether it is registered or not.
     *
     * @throws InvalidInputException if the object is no strategy
     */
    public StrategyType typeOf(Object strategy) {
        Class<?> type = strategy.getClass();
        for (Map<String, Installed> byName : usable.values()) {
            for (Installed installed : byName.values()) {
                if (installed.describes(type)) {
                    return installed.type();
                }
            }
        }
        return StrategyType.describe(type, Origin.bound());
    }

    /** Every plugin jar, used or not, in the order of their paths. */
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
        for (Path jar : jars) {
            hashed.put(jar, hashes.of(jar));
        }
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
            // What is only wrapped around a strategy has no name of its own.
            boolean named = record.getClass().isAnnotationPresent(Strategy.class);
            if (named
                    && Stream.of(Kind.values()).anyMatch(kind -> kind.type().isInstance(record))) {
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
