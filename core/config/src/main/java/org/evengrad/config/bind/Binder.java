package org.evengrad.config.bind;

import static org.evengrad.config.bind.RecordKeys.isPresent;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.OptionType;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.plugins.StrategyType;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.config.problem.Suggestion;

/**
 * Reads resolved HOCON into records and gathers everything that is wrong on the way. One binder
 * reads one configuration.
 *
 * <p>A component of a record is a scalar, a strategy, a record, one of several records ({@link
 * Variants}), or an {@link Optional} or a {@link List} of these. A record of a single component is
 * written as that component alone. A sealed interface without {@link Variants} permits a type that
 * is written as a list and one that is written as a text; the form chooses. {@link Key} says what
 * differs from the rule.
 *
 * @since 0.1.0
 */
public final class Binder {
    private static final String USE = "use";

    private final StrategyRegistry registry;
    private final Places places;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Object> plainValues = new LinkedHashMap<>();

    /** A binder that knows the given strategies and reports problems at the given places. */
    public Binder(StrategyRegistry registry, Places places) {
        this.registry = registry;
        this.places = places;
    }

    /**
     * Reads a record.
     *
     * @return empty if {@link #problems()} says why it cannot be read
     */
    public <T extends Record> Optional<T> bind(Config config, Class<T> type) {
        Optional<T> bound = record(type, config.root(), "").map(type::cast);
        return problems.isEmpty() ? bound : Optional.empty();
    }

    /** Everything that was wrong, in the order of the records' components. */
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /**
     * The values that say more than their text, by their full key: absolute paths, and numbers and
     * booleans that came as text from an environment variable.
     */
    public Map<String, Object> plainValues() {
        return Map.copyOf(plainValues);
    }

    /** The defaults of a record and of the records in it, as far as they need no choice. */
    public static Config defaults(Class<? extends Record> type) {
        return RecordKeys.defaults(type);
    }

    /** What a value must be: its type, its full key, and what else is checked. */
    private record Slot(Type type, String path, Function<Object, Optional<String>> violation) {
        Class<?> raw() {
            Type raw = type instanceof ParameterizedType generic ? generic.getRawType() : type;
            return (Class<?>) raw;
        }

        /** The same checks for what is inside an Optional or a List. */
        Slot argument(String argumentPath) {
            Type argument = ((ParameterizedType) type).getActualTypeArguments()[0];
            return new Slot(argument, argumentPath, violation);
        }
    }

    private Optional<Object> value(Slot slot, ConfigValue value) {
        Class<?> raw = slot.raw();
        Optional<Kind> kind = Kind.of(raw);
        if (raw == Optional.class) {
            return value(slot.argument(slot.path()), value).map(Optional::of);
        }
        if (raw == List.class) {
            return list(slot, value);
        }
        if (kind.isPresent()) {
            return strategy(kind.get(), value, slot.path());
        }
        if (Scalars.reads(raw)) {
            return scalar(slot, value);
        }
        if (RecordKeys.isChosenByForm(raw)) {
            return byForm(slot, value);
        }
        if (RecordKeys.isSingle(raw)) {
            Type only = raw.getRecordComponents()[0].getGenericType();
            return value(new Slot(only, slot.path(), slot.violation()), value)
                    .flatMap(bound -> create(raw, List.of(bound), value, slot.path()));
        }
        if (!(value instanceof ConfigObject object)) {
            String message = "must be an object { … }, not " + Scalars.found(value);
            return report(slot.path(), value, message);
        }
        return raw.isRecord()
                ? record(raw, object, slot.path())
                : variantByItsKey(raw, object, slot.path());
    }

    private Optional<Object> byForm(Slot slot, ConfigValue value) {
        boolean isList = value instanceof ConfigList;
        Class<?> chosen = RecordKeys.form(slot.raw(), isList);
        if (!isList && value.valueType() != ConfigValueType.STRING) {
            String expected = chosen.isEnum() ? Scalars.expected(chosen) : "a text";
            return report(
                    slot.path(),
                    value,
                    "must be " + expected + ", or a list [ … ]; not " + Scalars.found(value));
        }
        return value(new Slot(chosen, slot.path(), slot.violation()), value);
    }

    private Optional<Object> scalar(Slot slot, ConfigValue value) {
        try {
            ConfigValue typed = Scalars.typedIfFromEnvironment(value);
            boolean mayBeText = slot.raw() == String.class || slot.raw() == Path.class;
            ConfigValue plain = mayBeText ? value : typed;
            Object scalar = Scalars.read(slot.raw(), plain, places.folder(value));
            Optional<String> violation = slot.violation().apply(scalar);
            if (violation.isPresent()) {
                return report(slot.path(), value, violation.get());
            }
            if (scalar instanceof Path || plain != value) {
                plainValues.put(slot.path(), scalar instanceof Path ? scalar : plain.unwrapped());
            }
            return Optional.of(scalar);
        } catch (Scalars.MismatchException mismatch) {
            return report(slot.path(), value, mismatch.getMessage());
        }
    }

    private Optional<Object> list(Slot slot, ConfigValue value) {
        if (!(value instanceof ConfigList list)) {
            String hint =
                    value.valueType() == ConfigValueType.STRING
                            ? "; write [ " + value.unwrapped() + " ]"
                            : "";
            String message = "must be a list [ … ], not " + Scalars.found(value) + hint;
            return report(slot.path(), value, message);
        }
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Slot element = slot.argument(child(slot.path(), Integer.toString(i)));
            value(element, list.get(i)).ifPresent(elements::add);
        }
        return elements.size() == list.size()
                ? Optional.of(List.copyOf(elements))
                : Optional.empty();
    }

    private Optional<Object> record(Class<?> type, ConfigObject object, String path) {
        String owner = path.isEmpty() ? "" : " of " + path;
        List<String> keys = RecordKeys.keys(type, object);
        refuseUnknown(object, path, keys, "unknown key" + owner, "Keys");
        return components(type, object, path);
    }

    private Optional<Object> components(Class<?> type, ConfigObject object, String path) {
        List<Object> values = new ArrayList<>();
        RecordComponent[] components = type.getRecordComponents();
        for (RecordComponent component : components) {
            component(component, object, path).ifPresent(values::add);
        }
        return values.size() == components.length
                ? create(type, values, object, path)
                : Optional.empty();
    }

    private Optional<Object> component(
            RecordComponent component, ConfigObject object, String path) {
        Optional<Class<?>> choice = RecordKeys.choiceBeside(component);
        if (choice.isPresent()) {
            return choice(choice.get(), RecordKeys.isOptional(component), object, path);
        }
        String key = RecordKeys.key(component);
        Slot slot =
                new Slot(
                        component.getGenericType(),
                        child(path, key),
                        value -> RecordKeys.violation(component, value));
        ConfigValue value = object.get(key);
        if (isPresent(value)) {
            return value(slot, value);
        }
        if (slot.raw() == Optional.class) {
            return Optional.of(Optional.empty());
        }
        Optional<ConfigValue> absent = RecordKeys.absent(component);
        return absent.isPresent()
                ? value(slot, absent.get())
                : reportMissing(slot.path(), object, "must be " + expected(slot.raw()));
    }

    private static String expected(Class<?> type) {
        if (type == List.class) {
            return "a list [ … ]";
        }
        return Kind.of(type)
                .map(kind -> "the name of " + kind.withArticle() + ", or { use = NAME, … }")
                .orElseGet(() -> Scalars.reads(type) ? Scalars.expected(type) : "an object { … }");
    }

    private Optional<Object> create(
            Class<?> type, List<Object> values, ConfigValue value, String path) {
        Class<?>[] parameters =
                Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
        try {
            return Optional.of(
                    type.getDeclaredConstructor(parameters).newInstance(values.toArray()));
        } catch (InvocationTargetException refusal) {
            if (refusal.getCause() instanceof InvalidInputException invalid) {
                invalid.problems().forEach(problem -> reportInside(problem, value, path));
                return Optional.empty();
            }
            if (refusal.getCause() instanceof IllegalArgumentException invalid) {
                return report(path, value, invalid.getMessage());
            }
            throw new IllegalStateException("cannot create " + type.getName(), refusal.getCause());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("cannot create " + type.getName(), impossible);
        }
    }

    /** Reports what a record says about one of its own keys, where that key stands. */
    private void reportInside(Problem problem, ConfigValue value, String path) {
        if (problem.key() == null || !(value instanceof ConfigObject object)) {
            report(path, value, problem.message());
            return;
        }
        Config config = object.toConfig();
        ConfigValue place = config.hasPath(problem.key()) ? config.getValue(problem.key()) : object;
        problems.add(places.missing(child(path, problem.key()), place, problem.message()));
    }

    private Optional<Object> choice(
            Class<?> type, boolean optional, ConfigObject object, String path) {
        String key = type.getAnnotation(Variants.class).key();
        if (!optional) {
            return variantByName(type, object, path);
        }
        return isPresent(object.get(key))
                ? variantByName(type, object, path).map(Optional::of)
                : Optional.of(Optional.empty());
    }

    /** The record that a key's value names; its own keys stand beside that key. */
    private Optional<Object> variantByName(Class<?> type, ConfigObject object, String path) {
        String key = type.getAnnotation(Variants.class).key();
        String keyPath = child(path, key);
        List<String> names = RecordKeys.variantNames(type);
        String allowed = "must be one of " + String.join(", ", names);
        ConfigValue value = object.get(key);
        if (!isPresent(value)) {
            return reportMissing(keyPath, object, allowed);
        }
        Optional<Class<?>> chosen = RecordKeys.chosen(type, object);
        if (chosen.isEmpty()) {
            String suggestion = Suggestion.sentence(String.valueOf(value.unwrapped()), names);
            return report(
                    keyPath, value, allowed + ", not " + Scalars.found(value) + "." + suggestion);
        }
        return components(chosen.get(), object, path);
    }

    /** The record whose first component's key is there. */
    private Optional<Object> variantByItsKey(Class<?> type, ConfigObject object, String path) {
        Variants variants = type.getAnnotation(Variants.class);
        String noun = variants.noun();
        Map<String, Class<?>> byKey = RecordKeys.variantsByTheirKey(type);
        List<String> named = object.keySet().stream().filter(byKey::containsKey).sorted().toList();
        if (named.isEmpty()) {
            return reportNoType(type, object, path, byKey.keySet());
        }
        String name = named.get(0);
        if (named.size() > 1) {
            String found = String.join(" and ", named);
            return report(path, object, "a " + noun + " has exactly one type, not " + found);
        }
        Class<?> variant = byKey.get(name);
        List<String> keys = RecordKeys.keys(variant, object);
        refuseUnknown(object, path, keys, "unknown key of %s '%s'".formatted(noun, name), "Keys");
        return components(variant, object, path);
    }

    /** A key that no variant has is taken for a misspelled type. */
    private Optional<Object> reportNoType(
            Class<?> type, ConfigObject object, String path, Set<String> names) {
        String noun = type.getAnnotation(Variants.class).noun();
        Map<String, Class<?>> byKey = RecordKeys.variantsByTheirKey(type);
        String supported = " Types: " + String.join(", ", byKey.keySet());
        Set<String> unknown = new TreeSet<>(object.keySet());
        byKey.values().forEach(each -> unknown.removeAll(RecordKeys.keys(each, object)));
        for (String key : unknown) {
            String suggestion = Suggestion.sentence(key, names);
            String message = "unknown " + noun + " type '" + key + "'." + suggestion + supported;
            report(child(path, key), object.get(key), message);
        }
        return unknown.isEmpty()
                ? report(path, object, "a " + noun + " needs a type." + supported)
                : Optional.empty();
    }

    private Optional<Object> strategy(Kind kind, ConfigValue value, String path) {
        if (value.valueType() == ConfigValueType.STRING) {
            return strategy(kind, value, path, ConfigFactory.empty().root(), path);
        }
        if (!(value instanceof ConfigObject object)) {
            String message = "must be " + expected(kind.type()) + "; not " + Scalars.found(value);
            return report(path, value, message);
        }
        ConfigValue name = object.get(USE);
        String namePath = child(path, USE);
        if (!isPresent(name)) {
            return reportMissing(namePath, object, "must be the name of " + kind.withArticle());
        }
        if (name.valueType() != ConfigValueType.STRING) {
            String message = "must be the name of " + kind.withArticle();
            return report(namePath, name, message + ", not " + Scalars.found(name));
        }
        return strategy(kind, name, namePath, object.withoutKey(USE), path);
    }

    private Optional<Object> strategy(
            Kind kind, ConfigValue name, String namePath, ConfigObject options, String path) {
        String wanted = (String) name.unwrapped();
        Optional<StrategyType> found = registry.find(kind, wanted);
        if (found.isEmpty()) {
            return report(namePath, name, registry.missing(kind, wanted));
        }
        StrategyType type = found.get();
        int problemsBefore = problems.size();
        List<String> keys = type.options().stream().map(OptionType::key).toList();
        refuseUnknown(options, path, keys, "unknown option of " + type, "Options");
        Map<String, Object> values = new LinkedHashMap<>();
        for (OptionType option : type.options()) {
            ConfigValue value = options.get(option.key());
            if (isPresent(value)) {
                value(slot(type, option, path), value)
                        .ifPresent(bound -> values.put(option.key(), bound));
            } else if (option.defaultValue() == null) {
                report(child(path, option.key()), name, "missing; " + type + " needs it");
            }
        }
        if (problems.size() > problemsBefore) {
            return Optional.empty();
        }
        try {
            return Optional.of(type.create(values));
        } catch (IllegalArgumentException refusal) {
            return report(path, name, type + ": " + refusal.getMessage());
        }
    }

    private static Slot slot(StrategyType type, OptionType option, String path) {
        String subject = "option " + option.key() + " of " + type + " ";
        return new Slot(
                option.type(),
                child(path, option.key()),
                value -> option.violation(value).map(text -> subject + text));
    }

    private void refuseUnknown(
            ConfigObject object, String path, List<String> allowed, String message, String noun) {
        String all = allowed.isEmpty() ? "none" : String.join(", ", allowed);
        Stream<String> unknown =
                object.keySet().stream().filter(key -> !allowed.contains(key)).sorted();
        unknown.forEach(
                key -> {
                    String suggestion = Suggestion.sentence(key, allowed);
                    String text = "%s.%s %s: %s".formatted(message, suggestion, noun, all);
                    report(child(path, key), object.get(key), text);
                });
    }

    private static String child(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private Optional<Object> report(String path, ConfigValue value, String message) {
        problems.add(places.problem(path.isEmpty() ? null : path, value, message));
        return Optional.empty();
    }

    private Optional<Object> reportMissing(String path, ConfigObject object, String message) {
        problems.add(places.missing(path, object, "missing; " + message));
        return Optional.empty();
    }
}
