package org.evengrad.testkit;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.evengrad.config.plugins.OptionType;
import org.evengrad.config.plugins.Range;
import org.evengrad.spi.Span;

/**
 * A value that an option must refuse.
 *
 * @param text as a configuration writes it
 * @param allowed what the message must say is allowed
 */
record WrongValue(String text, String allowed) {
    private static final double NANOSECOND = 1e-9;
    private static final String INSTALLED = "Installed";
    private static final String MUST_BE = "must be";

    /** Numbers just outside the range, what is no number, and values of other types. */
    static List<WrongValue> of(OptionType option) {
        Type type = option.type();
        boolean list = type instanceof ParameterizedType;
        Type element =
                list ? ((ParameterizedType) type).getActualTypeArguments()[0] : option.type();
        List<WrongValue> values = new ArrayList<>();
        for (WrongValue value : ofOne(element, option.range())) {
            values.add(list ? new WrongValue("[ " + value.text + " ]", value.allowed) : value);
        }
        // No option is an object without a strategy's name, and only a list is a list.
        values.add(new WrongValue("{ }", MUST_BE));
        values.add(new WrongValue(list ? "5" : "[ ]", MUST_BE));
        return values;
    }

    private static List<WrongValue> ofOne(Type type, Range range) {
        if (type == double.class || type == Double.class) {
            return numbers(range, outside(range, Math::nextDown, Math::nextUp), "NaN", "1e999");
        }
        if (type == int.class || type == long.class) {
            return numbers(range, outsideWhole(range), "0.5", "1e30");
        }
        List<WrongValue> values = new ArrayList<>();
        if (type == Span.class) {
            for (double amount : outside(range, Math::nextDown, Math::nextUp)) {
                values.add(new WrongValue("\"" + amount + " steps\"", MUST_BE));
            }
            values.add(new WrongValue("5", "5%, 500 steps or 2 epochs"));
        } else if (type == Duration.class) {
            for (double seconds : outside(range, low -> low - NANOSECOND, up -> up + NANOSECOND)) {
                values.add(new WrongValue("\"" + plain(seconds) + "s\"", MUST_BE));
            }
            values.add(new WrongValue("5", "90s, 2m or 1h"));
        } else if (type == boolean.class) {
            values.add(new WrongValue("maybe", "true or false"));
            values.add(new WrongValue("1", "true or false"));
        } else if (type instanceof Class<?> names && names.isEnum()) {
            values.add(new WrongValue("no-such-name", "one of"));
            values.add(new WrongValue("1", "one of"));
        } else if (type != String.class) {
            values.add(new WrongValue("no-such-strategy", INSTALLED));
            values.add(new WrongValue("1", "name of"));
        }
        return values;
    }

    private static List<WrongValue> numbers(
            Range range, List<Double> outside, String noNumber, String tooLarge) {
        List<WrongValue> values = new ArrayList<>();
        for (double number : outside) {
            boolean whole = number == Math.rint(number) && Math.abs(number) < 1e15;
            String text = whole ? Long.toString((long) number) : Double.toString(number);
            values.add(new WrongValue(text, range.toString()));
        }
        if (!range.contains(Double.POSITIVE_INFINITY)) {
            values.add(new WrongValue("inf", MUST_BE));
        }
        if (!range.contains(Double.NEGATIVE_INFINITY)) {
            values.add(new WrongValue("-inf", MUST_BE));
        }
        for (String text : List.of("NaN", "\"0.5\"", "true", noNumber, tooLarge)) {
            values.add(new WrongValue(text, "number"));
        }
        return values;
    }

    /** The nearest numbers that are not in a range, where it has a bound. */
    private static List<Double> outside(
            Range range, Function<Double, Double> below, Function<Double, Double> above) {
        List<Double> numbers = new ArrayList<>();
        if (Double.isFinite(range.low())) {
            numbers.add(range.includesLow() ? below.apply(range.low()) : range.low());
        }
        if (Double.isFinite(range.high())) {
            numbers.add(range.includesHigh() ? above.apply(range.high()) : range.high());
        }
        return numbers;
    }

    private static List<Double> outsideWhole(Range range) {
        return outside(range, low -> Math.ceil(low) - 1, high -> Math.floor(high) + 1);
    }

    private static String plain(double seconds) {
        return new BigDecimal(seconds).setScale(9, RoundingMode.HALF_EVEN).toPlainString();
    }
}
