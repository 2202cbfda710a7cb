package org.evengrad.config.bind;

import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.problem.Suggestion;
import org.evengrad.spi.Span;

/** How a configuration writes each value that is neither a record nor a list. */
final class Scalars {
    private static final Pattern SPAN = Pattern.compile("([0-9][0-9.eE+-]*)\\s*(%|steps?|epochs?)");
    private static final Pattern DURATION =
            Pattern.compile("([0-9]+(?:\\.[0-9]{1,9})?)\\s*(ms|s|m|h)");
    private static final Map<String, BigDecimal> NANOS =
            Map.of(
                    "ms", BigDecimal.valueOf(1_000_000L),
                    "s", BigDecimal.valueOf(1_000_000_000L),
                    "m", BigDecimal.valueOf(60_000_000_000L),
                    "h", BigDecimal.valueOf(3_600_000_000_000L));
    private static final Pattern NO_LEADING_ZERO = Pattern.compile("(-?)(\\.[0-9].*)");
    private static final Set<Class<?>> TYPES =
            Set.of(
                    boolean.class,
                    Boolean.class,
                    int.class,
                    Integer.class,
                    long.class,
                    Long.class,
                    double.class,
                    Double.class,
                    String.class,
                    Span.class,
                    Duration.class,
                    Path.class);
    private static final Set<String> RESERVED_WORDS = Set.of("true", "false", "null");
    private static final int LONGEST_QUOTE = 60;

    private Scalars() {}

    /** A value is not what its key wants; the message says what is wanted and what was found. */
    static final class MismatchException extends Exception {
        private static final long serialVersionUID = 1L;

        MismatchException(String message) {
            super(message);
        }
    }

    /** Whether a type is a scalar. */
    static boolean reads(Class<?> type) {
        return type.isEnum() || TYPES.contains(type);
    }

    /**
     * Environment variables are texts: one that holds a number or a boolean becomes it.
     *
     * @return the same value if it came from elsewhere or holds another text
     */
    static ConfigValue typedIfFromEnvironment(ConfigValue value) {
        boolean isVariable = Places.isEnvironment(value.origin());
        if (!isVariable || value.valueType() != ConfigValueType.STRING) {
            return value;
        }
        String text = ((String) value.unwrapped()).trim();
        if (text.equals("true") || text.equals("false")) {
            return ConfigValueFactory.fromAnyRef(Boolean.valueOf(text)).withOrigin(value.origin());
        }
        try {
            BigDecimal number = new BigDecimal(text);
            boolean isLong = isLong(number);
            Object typed = isLong ? (Object) number.longValue() : (Object) number.doubleValue();
            return ConfigValueFactory.fromAnyRef(typed).withOrigin(value.origin());
        } catch (NumberFormatException anotherText) {
            return value;
        }
    }

    private static boolean isLong(BigDecimal number) {
        return number.stripTrailingZeros().scale() <= 0
                && number.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
    }

    /**
     * Reads a value.
     *
     * @param type one that {@link #reads} accepts
     * @param folder what a relative path starts from
     */
    static Object read(Class<?> type, ConfigValue value, Path folder) throws MismatchException {
        if (type == boolean.class || type == Boolean.class) {
            if (value.valueType() == ConfigValueType.BOOLEAN) {
                return value.unwrapped();
            }
        } else if (isNumber(type)) {
            return number(type, value);
        } else if (value.valueType() == ConfigValueType.STRING) {
            return fromText(type, value, (String) value.unwrapped(), folder);
        } else if (type == String.class || type == Path.class) {
            throw mismatch(type, value, isScalar(value) ? "; put it in quotes" : "");
        }
        throw mismatch(type, value, "");
    }

    private static boolean isNumber(Class<?> type) {
        return isWhole(type) || type == double.class || type == Double.class;
    }

    private static boolean isWhole(Class<?> type) {
        return type == int.class
                || type == Integer.class
                || type == long.class
                || type == Long.class;
    }

    private static boolean isScalar(ConfigValue value) {
        return value.valueType() == ConfigValueType.NUMBER
                || value.valueType() == ConfigValueType.BOOLEAN;
    }

    private static Object number(Class<?> type, ConfigValue value) throws MismatchException {
        if (value.valueType() == ConfigValueType.STRING) {
            String text = (String) value.unwrapped();
            if (!isWhole(type) && (text.equals("inf") || text.equals("-inf"))) {
                return text.equals("inf") ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
            }
            throw mismatch(type, value, numberHint(text));
        }
        if (value.valueType() != ConfigValueType.NUMBER) {
            throw mismatch(type, value, "");
        }
        double number = ((Number) value.unwrapped()).doubleValue();
        if (!Double.isFinite(number)) {
            throw new MismatchException("must be " + expected(type) + " below 1.8e308");
        }
        if (!isWhole(type)) {
            return number;
        }
        try {
            BigInteger whole = new BigDecimal(value.unwrapped().toString()).toBigIntegerExact();
            return type == int.class || type == Integer.class
                    ? (Object) whole.intValueExact()
                    : (Object) whole.longValueExact();
        } catch (ArithmeticException fractionOrTooLarge) {
            String hint = number == Math.rint(number) ? "; it is too large" : "";
            throw mismatch(type, value, hint);
        }
    }

    private static String numberHint(String text) {
        Matcher noZero = NO_LEADING_ZERO.matcher(text);
        if (noZero.matches()) {
            return "; write " + noZero.group(1) + "0" + noZero.group(2);
        }
        try {
            return Double.isFinite(new BigDecimal(text.trim()).doubleValue())
                    ? "; write " + text.trim() + " without quotes"
                    : "";
        } catch (NumberFormatException noNumber) {
            return "";
        }
    }

    private static Object fromText(Class<?> type, ConfigValue value, String text, Path folder)
            throws MismatchException {
        if (type == String.class) {
            return text;
        }
        if (type == Span.class) {
            return span(value, text);
        }
        if (type == Duration.class) {
            return duration(value, text);
        }
        if (type == Path.class) {
            try {
                return folder.resolve(text).normalize();
            } catch (InvalidPathException invalid) {
                throw mismatch(type, value, "; " + invalid.getReason());
            }
        }
        if (!type.isEnum()) {
            throw mismatch(type, value, "");
        }
        for (Object constant : type.getEnumConstants()) {
            if (KebabCase.of((Enum<?>) constant).equals(text)) {
                return constant;
            }
        }
        String suggestion = Suggestion.sentence(text, names(type));
        throw mismatch(type, value, suggestion.isEmpty() ? "" : "." + suggestion);
    }

    private static Span span(ConfigValue value, String text) throws MismatchException {
        Matcher matcher = SPAN.matcher(text.trim());
        if (!matcher.matches()) {
            throw mismatch(Span.class, value, "");
        }
        Span.Unit unit =
                switch (matcher.group(2).charAt(0)) {
                    case '%' -> Span.Unit.PERCENT;
                    case 's' -> Span.Unit.STEPS;
                    default -> Span.Unit.EPOCHS;
                };
        try {
            return new Span(Double.parseDouble(matcher.group(1)), unit);
        } catch (IllegalArgumentException noNumber) {
            throw mismatch(Span.class, value, "");
        }
    }

    private static Duration duration(ConfigValue value, String text) throws MismatchException {
        Matcher matcher = DURATION.matcher(text.trim());
        if (!matcher.matches()) {
            throw mismatch(Duration.class, value, "");
        }
        try {
            BigDecimal nanos =
                    new BigDecimal(matcher.group(1)).multiply(NANOS.get(matcher.group(2)));
            return Duration.ofNanos(nanos.longValueExact());
        } catch (ArithmeticException tooFineOrTooLong) {
            throw mismatch(Duration.class, value, "; it is too long or finer than a nanosecond");
        }
    }

    private static MismatchException mismatch(Class<?> type, ConfigValue value, String hint) {
        return new MismatchException("must be " + expected(type) + ", not " + found(value) + hint);
    }

    /** What a type wants, to end the sentence "must be". */
    static String expected(Class<?> type) {
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (isWhole(type)) {
            return "a whole number";
        }
        if (isNumber(type)) {
            return "a number";
        }
        if (type == Span.class) {
            return "a span such as 5%, 500 steps or 2 epochs";
        }
        if (type == Duration.class) {
            return "a duration such as 90s, 2m or 1h";
        }
        if (type == Path.class) {
            return "a path";
        }
        return type.isEnum() ? "one of " + String.join(", ", names(type)) : "a text";
    }

    private static List<String> names(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> KebabCase.of((Enum<?>) constant))
                .toList();
    }

    /** What was found, to end the sentence "not". */
    static String found(ConfigValue value) {
        return switch (value.valueType()) {
            case OBJECT -> "an object { … }";
            case LIST -> "a list [ … ]";
            case NULL -> "null";
            case BOOLEAN -> value.unwrapped().toString();
            case NUMBER -> "the number " + value.render();
            case STRING -> "the text " + shortened((String) value.unwrapped());
        };
    }

    private static String shortened(String text) {
        String line = text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "…" : text;
        return ConfigUtil.quoteString(line);
    }

    /**
     * Writes a value so that {@link #read} gives an equal one.
     *
     * @throws IllegalArgumentException if the value is of none of the types
     */
    static String write(Object value) {
        if (value instanceof Double number) {
            if (number.isNaN()) {
                throw new IllegalArgumentException("NaN cannot be written");
            }
            return number.isInfinite() ? (number > 0 ? "inf" : "-inf") : number.toString();
        }
        if (value instanceof Boolean || value instanceof Integer || value instanceof Long) {
            return value.toString();
        }
        if (value instanceof String || value instanceof Path) {
            return ConfigUtil.quoteString(value.toString());
        }
        if (value instanceof Span) {
            return value.toString();
        }
        if (value instanceof Duration duration) {
            return write(duration);
        }
        if (value instanceof Enum<?> constant) {
            String name = KebabCase.of(constant);
            return RESERVED_WORDS.contains(name) ? ConfigUtil.quoteString(name) : name;
        }
        throw new IllegalArgumentException("cannot write a " + value.getClass().getName());
    }

    private static String write(Duration duration) {
        BigDecimal nanos =
                BigDecimal.valueOf(duration.getSeconds())
                        .multiply(NANOS.get("s"))
                        .add(BigDecimal.valueOf(duration.getNano()));
        for (String unit : List.of("h", "m", "s", "ms")) {
            if (nanos.remainder(NANOS.get(unit)).signum() == 0) {
                return String.format(
                        Locale.ROOT, "%d%s", nanos.divide(NANOS.get(unit)).toBigInteger(), unit);
            }
        }
        return nanos.divide(NANOS.get("s")).stripTrailingZeros().toPlainString() + "s";
    }
}
