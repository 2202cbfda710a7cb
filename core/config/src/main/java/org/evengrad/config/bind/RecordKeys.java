package org.evengrad.config.bind;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.plugins.OptionType;
import org.evengrad.config.plugins.Range;

/** What a record's components say about the keys that a configuration writes them by. */
final class RecordKeys {
    private RecordKeys() {}

    /** The key of one component. */
    static String key(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        return key == null || key.name().isEmpty() ? KebabCase.of(component.getName()) : key.name();
    }

    /** What stands for an absent key; empty if the key must be given. */
    static Optional<ConfigValue> absent(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        if (key == null || key.absent().isEmpty()) {
            return Optional.empty();
        }
        ConfigParseOptions options =
                ConfigParseOptions.defaults().setOriginDescription(Places.DEFAULT);
        return Optional.of(
                ConfigFactory.parseString("absent = " + key.absent(), options).getValue("absent"));
    }

    /** A phrase that says why a component cannot have a value; empty if it can. */
    static Optional<String> violation(RecordComponent component, Object value) {
        Key key = component.getAnnotation(Key.class);
        if (key == null) {
            return OptionType.violation(Range.FINITE, value);
        }
        boolean hasPattern = value instanceof String && !key.pattern().isEmpty();
        if (hasPattern && !((String) value).matches(key.pattern())) {
            return Optional.of("must be " + key.patternMeaning() + "; not \"" + value + "\"");
        }
        return OptionType.violation(Range.parse(key.range()), value);
    }

    /** The keys of a record; where a variant is not chosen yet, those of all variants. */
    static List<String> keys(Class<?> type, ConfigObject object) {
        Set<String> keys = new LinkedHashSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Optional<Class<?>> choice = choiceBeside(component);
            if (choice.isPresent()) {
                keys.addAll(keysOfChoice(choice.get(), isOptional(component), object));
            } else {
                keys.add(key(component));
            }
        }
        return List.copyOf(keys);
    }

    private static Set<String> keysOfChoice(Class<?> type, boolean optional, ConfigObject object) {
        String key = type.getAnnotation(Variants.class).key();
        Set<String> keys = new LinkedHashSet<>(List.of(key));
        if (!optional || isPresent(object.get(key))) {
            chosen(type, object)
                    .map(List::<Class<?>>of)
                    .orElseGet(() -> permitted(type))
                    .forEach(variant -> keys.addAll(keys(variant, object)));
        }
        return keys;
    }

    /** The defaults of a record and of the records in it, as far as they need no choice. */
    static Config defaults(Class<?> type) {
        Config defaults = ConfigFactory.empty();
        for (RecordComponent component : type.getRecordComponents()) {
            Class<?> raw = component.getType();
            Optional<ConfigValue> value =
                    raw.isRecord() && !isSingle(raw) && !Scalars.reads(raw)
                            ? Optional.of(defaults(raw).root())
                            : absent(component);
            if (value.isPresent() && !(value.get() instanceof ConfigObject o && o.isEmpty())) {
                defaults = defaults.withValue(key(component), value.get());
            }
        }
        return defaults;
    }

    /** Whether a record is written as its only component. */
    static boolean isSingle(Class<?> type) {
        return type.isRecord() && type.getRecordComponents().length == 1;
    }

    /**
     * The interface among whose records a key beside their own keys chooses; empty if a component
     * is something else.
     */
    static Optional<Class<?>> choiceBeside(RecordComponent component) {
        Class<?> type = component.getType();
        if (isOptional(component)
                && component.getGenericType() instanceof ParameterizedType optional
                && optional.getActualTypeArguments()[0] instanceof Class<?> argument) {
            type = argument;
        }
        Variants variants = type.getAnnotation(Variants.class);
        return variants == null || variants.key().isEmpty() ? Optional.empty() : Optional.of(type);
    }

    /** Whether a component need not be given. */
    static boolean isOptional(RecordComponent component) {
        return component.getType() == Optional.class;
    }

    /** Whether the form of the value, list or text, chooses among the permitted types. */
    static boolean isChosenByForm(Class<?> type) {
        return type.isSealed() && !type.isAnnotationPresent(Variants.class);
    }

    /** The permitted type that is written in a form. */
    static Class<?> form(Class<?> type, boolean isList) {
        return permitted(type).stream()
                .filter(each -> isList == isWrittenAsList(each))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(type + " lacks a form"));
    }

    private static boolean isWrittenAsList(Class<?> type) {
        return isSingle(type) && type.getRecordComponents()[0].getType() == List.class;
    }

    /** The variant that the choosing key names; empty if it names none. */
    static Optional<Class<?>> chosen(Class<?> type, ConfigObject object) {
        ConfigValue value = object.get(type.getAnnotation(Variants.class).key());
        return permitted(type).stream()
                .filter(each -> isPresent(value) && variantName(each).equals(value.unwrapped()))
                .findFirst();
    }

    /** The names of the variants that a key chooses among. */
    static List<String> variantNames(Class<?> type) {
        return permitted(type).stream().map(RecordKeys::variantName).toList();
    }

    /** The variants by the key of their first component, which chooses them. */
    static Map<String, Class<?>> variantsByTheirKey(Class<?> type) {
        Map<String, Class<?>> byKey = new LinkedHashMap<>();
        permitted(type).forEach(each -> byKey.put(key(each.getRecordComponents()[0]), each));
        return byKey;
    }

    private static List<Class<?>> permitted(Class<?> type) {
        return Arrays.asList(type.getPermittedSubclasses());
    }

    private static String variantName(Class<?> variant) {
        return KebabCase.of(variant.getSimpleName());
    }

    /** Whether a key was given: HOCON's null takes a value back. */
    static boolean isPresent(ConfigValue value) {
        return value != null && value.valueType() != ConfigValueType.NULL;
    }
}
