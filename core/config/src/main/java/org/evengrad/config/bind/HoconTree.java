package org.evengrad.config.bind;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * A configuration as it was written, with its references, beside what it means with the references
 * resolved. It can be changed without losing the references.
 *
 * @since 0.1.0
 */
public final class HoconTree {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{[^}]*}");
    private static final String USE = "use";

    private final Places places;
    private final Config defaults;
    private final ConfigObject written;
    private final Config resolved;

    private HoconTree(Places places, Config defaults, ConfigObject written) {
        this.places = places;
        this.defaults = defaults;
        this.written = written;
        this.resolved = resolve(filled(written, defaults.root()), true);
    }

    /**
     * A configuration.
     *
     * @param places names files in problems
     * @param written as it was parsed
     * @param defaults what stands for absent keys
     * @throws InvalidInputException if references form a cycle
     */
    public static HoconTree of(Places places, Config written, Config defaults) {
        return new HoconTree(places, defaults, written.root());
    }

    private Config resolve(ConfigObject object, boolean withEnvironment) {
        try {
            return object.toConfig()
                    .resolve(
                            ConfigResolveOptions.defaults()
                                    .setUseSystemEnvironment(withEnvironment)
                                    .setAllowUnresolved(true));
        } catch (ConfigException circle) {
            throw new InvalidInputException(HoconParser.problem(places, circle));
        }
    }

    /** A plain fallback would turn every list that holds a reference into a merge that waits. */
    private static ConfigObject filled(ConfigObject object, ConfigObject defaults) {
        ConfigObject filled = object;
        for (Map.Entry<String, ConfigValue> entry : defaults.entrySet()) {
            ConfigValue value = object.get(entry.getKey());
            ConfigValue standIn = entry.getValue();
            if (value != null && !isPlain(value)) {
                filled = filled.withValue(entry.getKey(), value.withFallback(standIn));
            } else if (value == null || value.valueType() == ConfigValueType.NULL) {
                filled = filled.withValue(entry.getKey(), standIn);
            } else if (value instanceof ConfigObject inner
                    && standIn instanceof ConfigObject innerDefaults) {
                filled = filled.withValue(entry.getKey(), filled(inner, innerDefaults));
            }
        }
        return filled;
    }

    /** What the configuration means, defaults included. */
    public Config resolved() {
        return resolved;
    }

    /** References that name neither a key nor an environment variable. */
    public List<Problem> danglingReferences() {
        List<Problem> problems = new ArrayList<>();
        collectDangling("", resolved.root(), written, problems);
        return problems;
    }

    private void collectDangling(
            String path, ConfigValue value, ConfigValue asWritten, List<Problem> problems) {
        if (!isPlain(value)) {
            String references =
                    REFERENCE
                            .matcher(value.render(ConfigRenderOptions.concise()))
                            .results()
                            .map(MatchResult::group)
                            .distinct()
                            .collect(Collectors.joining(" and "));
            String message =
                    references
                            + " is neither a key of this configuration nor an environment variable";
            ConfigValue place = asWritten == null ? value : asWritten;
            problems.add(places.problem(path, place.origin(), message));
        } else if (value instanceof ConfigObject object) {
            object.forEach(
                    (key, child) -> {
                        String childPath = path.isEmpty() ? key : path + "." + key;
                        collectDangling(childPath, child, child(asWritten, key), problems);
                    });
        } else if (value instanceof ConfigList list) {
            for (int i = 0; i < list.size(); i++) {
                collectDangling(path + "." + i, list.get(i), null, problems);
            }
        }
    }

    private static ConfigValue child(ConfigValue value, String key) {
        return value instanceof ConfigObject object && isPlain(object) ? object.get(key) : null;
    }

    /**
     * The tree with one value replaced as a whole. A strategy that is written as a mere name takes
     * an option: {@code optimizer = adam} with {@code optimizer.beta1} becomes {@code optimizer {
     * use = adam, beta1 = … }}.
     *
     * @throws InvalidInputException if the path leads into a list
     */
    public HoconTree with(List<String> path, ConfigValue value) {
        return changed(with(written, resolved.root(), path, 0, value));
    }

    private HoconTree changed(ConfigObject root) {
        return new HoconTree(places, defaults, root);
    }

    private ConfigObject with(
            ConfigObject object,
            ConfigObject seen,
            List<String> path,
            int depth,
            ConfigValue value) {
        String key = path.get(depth);
        if (depth == path.size() - 1) {
            return object.withValue(key, value);
        }
        ConfigValue seenChild = seen.get(key);
        if (seenChild instanceof ConfigList) {
            String list = ConfigUtil.joinPath(path.subList(0, depth + 1));
            String message =
                    list
                            + " is a list, and an override cannot reach into a list; give the"
                            + " whole list: "
                            + list
                            + "=[…]";
            throw new InvalidInputException(
                    places.problem(ConfigUtil.joinPath(path), value.origin(), message));
        }
        ConfigObject child = section(object.get(key), seenChild);
        ConfigObject deeper = seenChild instanceof ConfigObject inside ? inside : child;
        return object.withValue(key, with(child, deeper, path, depth + 1, value));
    }

    /** The object to change: as written if that is possible, and what it means otherwise. */
    private static ConfigObject section(ConfigValue writtenChild, ConfigValue seenChild) {
        ConfigObject empty = ConfigFactory.empty().root();
        if (seenChild == null || !isPlain(seenChild)) {
            return empty;
        }
        if (seenChild.valueType() == ConfigValueType.STRING) {
            return empty.withValue(USE, seenChild);
        }
        if (!(seenChild instanceof ConfigObject seenObject) || writtenChild == null) {
            return empty;
        }
        return writtenChild instanceof ConfigObject object && isPlain(object) ? object : seenObject;
    }

    /**
     * The tree with keys of a section renamed.
     *
     * @param section a key of the root
     * @param names the names to use, by the names to replace
     * @param problems takes the keys that are there by both names
     */
    public HoconTree renamed(String section, Map<String, String> names, List<Problem> problems) {
        ConfigValue seen = resolve(written, true).root().get(section);
        if (!(seen instanceof ConfigObject seenObject) || !isPlain(seen)) {
            return this;
        }
        ConfigObject object = section(written.get(section), seen);
        for (Map.Entry<String, String> name : names.entrySet()) {
            String old = name.getKey();
            if (seenObject.containsKey(old) && seenObject.containsKey(name.getValue())) {
                String message = name.getValue() + " and " + old + " are the same; keep one";
                problems.add(places.problem(section + "." + old, seenObject.get(old), message));
                object = object.withoutKey(old);
            } else if (object.containsKey(old)) {
                object = object.withValue(name.getValue(), object.get(old)).withoutKey(old);
            }
        }
        return changed(written.withValue(section, object));
    }

    /**
     * HOCON that means the same wherever it lies: everything merged, defaults written out, paths
     * absolute, and references to environment variables left as they are, except those to relative
     * paths.
     *
     * @param plainValues what to write in place of a text, by its key
     */
    public String render(Map<String, Object> plainValues) {
        ConfigValue root =
                reconciled(
                        resolve(filled(written, defaults.root()), false).root(), resolved.root());
        for (Map.Entry<String, Object> plain : plainValues.entrySet()) {
            List<String> path = ConfigUtil.splitPath(plain.getKey());
            root = withPlain(root, resolved.root(), path, plain.getValue());
        }
        return root.render(
                ConfigRenderOptions.defaults()
                        .setOriginComments(false)
                        .setComments(false)
                        .setJson(false));
    }

    /**
     * Without the environment, an optional reference such as {@code ${?RATE}} vanishes in silence:
     * there the value that it had is written.
     */
    private static ConfigValue reconciled(ConfigValue bare, ConfigValue full) {
        if (bare != null && !isPlain(bare)) {
            return bare;
        }
        if (bare instanceof ConfigObject bareObject && full instanceof ConfigObject fullObject) {
            ConfigObject object = bareObject;
            for (String key : fullObject.keySet()) {
                object =
                        object.withValue(key, reconciled(bareObject.get(key), fullObject.get(key)));
            }
            return object;
        }
        if (bare instanceof ConfigList bareList
                && full instanceof ConfigList fullList
                && bareList.size() == fullList.size()) {
            List<ConfigValue> elements = new ArrayList<>();
            for (int i = 0; i < bareList.size(); i++) {
                elements.add(reconciled(bareList.get(i), fullList.get(i)));
            }
            return ConfigValueFactory.fromIterable(elements);
        }
        return full;
    }

    private static ConfigValue withPlain(
            ConfigValue value, ConfigValue meaning, List<String> path, Object plain) {
        if (path.isEmpty()) {
            boolean isRelative =
                    plain instanceof Path && !Path.of((String) meaning.unwrapped()).isAbsolute();
            return isPlain(value) || isRelative
                    ? ConfigValueFactory.fromAnyRef(
                            plain instanceof Path ? plain.toString() : plain)
                    : value;
        }
        if (!isPlain(value)) {
            return value;
        }
        String key = path.get(0);
        List<String> rest = path.subList(1, path.size());
        if (value instanceof ConfigObject object) {
            ConfigValue childMeaning = ((ConfigObject) meaning).get(key);
            return object.withValue(key, withPlain(object.get(key), childMeaning, rest, plain));
        }
        List<ConfigValue> elements = new ArrayList<>((ConfigList) value);
        int index = Integer.parseInt(key);
        ConfigValue childMeaning = ((ConfigList) meaning).get(index);
        elements.set(index, withPlain(elements.get(index), childMeaning, rest, plain));
        return ConfigValueFactory.fromIterable(elements);
    }

    /** Whether a value can be looked at: it is no reference, and no merge that waits for one. */
    private static boolean isPlain(ConfigValue value) {
        try {
            if (value instanceof ConfigObject object) {
                object.isEmpty();
            }
            value.valueType();
            return true;
        } catch (ConfigException.NotResolved reference) {
            return false;
        }
    }
}
