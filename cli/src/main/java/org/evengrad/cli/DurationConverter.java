package org.evengrad.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A length of time as configurations write it. */
final class DurationConverter implements ITypeConverter<Duration> {
    private static final Pattern DURATION =
            Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)\\s*(ms|s|m|h)");
    private static final Map<String, Integer> MILLIS =
            Map.of("ms", 1, "s", 1_000, "m", 60_000, "h", 3_600_000);

    @Override
    public Duration convert(String text) {
        Matcher matcher = DURATION.matcher(text.strip());
        if (matcher.matches()) {
            BigDecimal millis =
                    new BigDecimal(matcher.group(1))
                            .multiply(BigDecimal.valueOf(MILLIS.get(matcher.group(2))));
            if (millis.signum() > 0) {
                return Duration.ofMillis(Math.max(1, millis.longValue()));
            }
        }
        throw new TypeConversionException(
                "must be a duration above 0 such as 90s, 2m or 1h, not '" + text + "'");
    }
}
