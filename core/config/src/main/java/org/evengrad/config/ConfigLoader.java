package org.evengrad.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.bind.Binder;
import org.evengrad.config.bind.HoconParser;
import org.evengrad.config.bind.HoconTree;
import org.evengrad.config.bind.Places;
import org.evengrad.config.plugins.Provenance;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * Reads a configuration file.
 *
 * @since 0.1.0
 */
public final class ConfigLoader {
    private static final String STARTER = "starter.conf";
    private static final String DATA = "data";
    private static final String MODEL = "model";
    private static final List<String> BROUGHT = List.of("dl4j", "keras");

    /** Longer names of the keys that say how many rows a part has. */
    private static final Map<String, String> FRACTIONS =
            Map.of(
                    "train-fraction", "train",
                    "validation-fraction", "validation",
                    "test-fraction", "test");

    private final StrategyRegistry registry;
    private final boolean urlsAllowed;

    /** A loader that knows the given strategies and refuses {@code include url(…)}. */
    public ConfigLoader(StrategyRegistry registry) {
        this(registry, false);
    }

    private ConfigLoader(StrategyRegistry registry, boolean urlsAllowed) {
        this.registry = registry;
        this.urlsAllowed = urlsAllowed;
    }

    /** The same loader, which also reads {@code include url(…)}. */
    public ConfigLoader allowingUrls() {
        return new ConfigLoader(registry, true);
    }

    /**
     * The same loader. Where a strategy is missing that was there before, its message names the jar
     * that it was in.
     *
     * @param uses what a run says that it used
     */
    public ConfigLoader remembering(List<Provenance.Use> uses) {
        return new ConfigLoader(registry.remembering(uses), urlsAllowed);
    }

    /**
     * Reads a file. A relative path in it starts from the folder of the file in which it stands.
     *
     * @param file HOCON
     * @param overrides keys and what replaces their values as a whole, as HOCON or plain text; a
     *     relative path in one starts from the file's folder too
     * @throws InvalidInputException with every problem, in the order of lines
     */
    public LoadedConfig load(Path file, Map<String, String> overrides) {
        Places places = new Places(file);
        List<Problem> problems = new ArrayList<>();
        HoconTree tree = tree(places, overrides, problems);
        Binder binder = new Binder(registry, places);
        Optional<RunConfig> config = binder.bind(tree.resolved(), RunConfig.class);
        problems.addAll(binder.problems());
        throwIfAny(problems, places);
        String text = tree.render(binder.plainValues());
        return new LoadedConfig(file, config.orElseThrow(), text, sha256(text));
    }

    /**
     * Reads the name, the seed and the data of a file as {@link #load} does, and nothing else in
     * it: the rest may name strategies that are not installed.
     *
     * @param file HOCON
     * @param overrides as for {@link #load}
     * @throws InvalidInputException with every problem of these keys, in the order of lines
     */
    public RunData loadData(Path file, Map<String, String> overrides) {
        Places places = new Places(file);
        List<Problem> problems = new ArrayList<>();
        Config whole = tree(places, overrides, problems).resolved();
        Config wanted = ConfigFactory.empty();
        for (String key : List.of("name", "seed", DATA)) {
            if (whole.root().containsKey(key)) {
                wanted = wanted.withValue(key, whole.root().get(key));
            }
        }
        Binder binder = new Binder(registry, places);
        Optional<RunData> data = binder.bind(wanted, RunData.class);
        problems.addAll(binder.problems());
        throwIfAny(problems, places);
        return data.orElseThrow();
    }

    private HoconTree tree(Places places, Map<String, String> overrides, List<Problem> problems) {
        HoconParser parser = new HoconParser(places, urlsAllowed);
        Config written = parser.parse();
        List<Replacement> replacements = parse(overrides, parser, problems);
        problems.addAll(parser.problems());
        if (!parser.problems().isEmpty()) {
            throwIfAny(problems, places);
        }

        HoconTree tree =
                HoconTree.of(
                                places,
                                written,
                                defaults(places.file(), brings(written, replacements)))
                        .renamed(DATA, FRACTIONS, problems);
        for (Replacement replacement : replacements) {
            try {
                tree = tree.with(canonical(replacement.path()), replacement.value());
            } catch (InvalidInputException refused) {
                problems.addAll(refused.problems());
            }
        }
        List<Problem> dangling = tree.danglingReferences();
        problems.addAll(dangling);
        if (!dangling.isEmpty()) {
            throwIfAny(problems, places);
        }
        return tree;
    }

    private static List<Replacement> parse(
            Map<String, String> overrides, HoconParser parser, List<Problem> problems) {
        List<Replacement> parsed = new ArrayList<>();
        overrides.forEach(
                (key, text) -> {
                    try {
                        parsed.add(Replacement.of(key, text, parser));
                    } catch (InvalidInputException invalid) {
                        problems.addAll(invalid.problems());
                    }
                });
        // A whole section first, then what is inside it: the order of the options does not matter.
        parsed.sort(Comparator.comparingInt(replacement -> replacement.path().size()));
        return parsed;
    }

    private static List<String> canonical(List<String> path) {
        return path.size() == 2 && path.get(0).equals(DATA)
                ? List.of(DATA, FRACTIONS.getOrDefault(path.get(1), path.get(1)))
                : path;
    }

    /** Whether the model is one that the user has, and that says itself how it is trained. */
    private static boolean brings(Config written, List<Replacement> replacements) {
        return BROUGHT.stream()
                .anyMatch(
                        key ->
                                written.root().get(MODEL) instanceof ConfigObject model
                                                && model.containsKey(key)
                                        || replacements.stream()
                                                .anyMatch(
                                                        replacement ->
                                                                replacement
                                                                        .path()
                                                                        .equals(
                                                                                List.of(
                                                                                        MODEL,
                                                                                        key))));
    }

    private static Config defaults(Path file, boolean brought) {
        String fileName = file.getFileName().toString();
        int dot = fileName.lastIndexOf('.');
        String stem = dot > 0 ? fileName.substring(0, dot) : fileName;
        Config name =
                ConfigFactory.empty()
                        .withValue(
                                "name",
                                ConfigValueFactory.fromAnyRef(
                                        RunConfig.nameFor(stem), Places.DEFAULT));
        Config defaults = name.withFallback(Binder.defaults(RunConfig.class));
        return brought
                ? defaults.withoutPath("optimizer").withoutPath("scheduler").withoutPath("guards")
                : defaults;
    }

    private static void throwIfAny(List<Problem> problems, Places places) {
        if (!problems.isEmpty()) {
            throw new InvalidInputException(places.sorted(problems));
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** The text of a commented configuration to start from. */
    public static String starter() {
        try (InputStream text = ConfigLoader.class.getResourceAsStream(STARTER)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
