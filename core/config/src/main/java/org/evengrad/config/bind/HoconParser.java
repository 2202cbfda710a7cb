package org.evengrad.config.bind;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.evengrad.config.problem.Problem;

/**
 * Parses a file of HOCON together with the files that it includes. System properties play no part.
 *
 * @since 0.1.0
 */
public final class HoconParser {
    private static final Pattern UNEXPECTED =
            Pattern.compile(".*?(?:got|wrong token:) '(.*?)'(?: \\((.*)\\))?", Pattern.DOTALL);

    /** What the library says, parentheses or not, where a key should begin. */
    private static final String KEY_EXPECTED = "expecting a close parentheses ')' here, not: ";

    private static final Pattern NO_VALUE =
            Pattern.compile("Key '(.*)' may not be followed by token: .*", Pattern.DOTALL);
    private static final String NOT_JOINED = "Cannot concatenate object or list";
    private static final String QUOTES = "if it is part of a text, put it in quotes";
    private static final String VALUE = "value";
    private static final String END = "end of file";
    private static final Pattern URL_SCHEME = Pattern.compile("[a-z][a-z0-9+.-]+:.*");
    private static final List<String> EXTENSIONS = List.of("", ".conf", ".json");

    private final Places places;
    private final boolean urlsAllowed;
    private final List<Problem> problems = new ArrayList<>();

    /**
     * A parser.
     *
     * @param places names files in problems
     * @param urlsAllowed whether {@code include url(…)} is read
     */
    public HoconParser(Places places, boolean urlsAllowed) {
        this.places = places;
        this.urlsAllowed = urlsAllowed;
    }

    /** What was wrong so far. */
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /**
     * Parses the file, without resolving its references.
     *
     * @return what could be read; {@link #problems()} says what could not
     */
    public Config parse() {
        Path file = places.file();
        if (!Files.isRegularFile(file)) {
            String reason = Files.exists(file) ? "is not a file" : "there is no such file";
            problems.add(Problem.inFile(places.name(file), reason));
            return ConfigFactory.empty();
        }
        return parse(file, List.of());
    }

    /**
     * Parses the text of a single value.
     *
     * @param origin what a problem names in place of a file
     * @return empty if the text is no HOCON
     */
    public Optional<ConfigValue> parseValue(String text, String origin) {
        try {
            ConfigParseOptions options =
                    ConfigParseOptions.defaults()
                            .setOriginDescription(origin)
                            .setIncluder(new Includer(List.of()));
            ConfigObject parsed = ConfigFactory.parseString(VALUE + " = " + text, options).root();
            return parsed.size() == 1 ? Optional.of(parsed.get(VALUE)) : Optional.empty();
        } catch (ConfigException noHocon) {
            return Optional.empty();
        }
    }

    private Config parse(Path file, List<Path> includedFrom) {
        try {
            String text = Files.readString(file);
            for (SilentMistakes.Mistake mistake : SilentMistakes.in(text)) {
                problems.add(Problem.at(places.name(file), mistake.line(), 0, mistake.message()));
            }
            List<Path> chain = Stream.concat(includedFrom.stream(), Stream.of(file)).toList();
            ConfigParseOptions options =
                    ConfigParseOptions.defaults()
                            .setSyntax(ConfigSyntax.CONF)
                            .setAllowMissing(false)
                            .setIncluder(new Includer(chain));
            return ConfigFactory.parseFile(file.toFile(), options);
        } catch (ConfigException invalid) {
            problems.add(problem(places, invalid));
        } catch (IOException unreadable) {
            String reason = "cannot be read as UTF-8 text: " + unreadable.getMessage();
            problems.add(Problem.inFile(places.name(file), reason));
        }
        return ConfigFactory.empty();
    }

    /** What the HOCON library complains about, in one clear line. */
    public static Problem problem(Places places, ConfigException exception) {
        if (exception.origin() == null) {
            return Problem.inFile(places.name(places.file()), exception.getMessage());
        }
        String detail = exception.getMessage();
        String prefix = exception.origin().description() + ": ";
        if (detail.startsWith(prefix)) {
            detail = detail.substring(prefix.length());
        }
        return places.problem(null, exception.origin(), reworded(detail));
    }

    private static String reworded(String detail) {
        if (detail.startsWith(KEY_EXPECTED)) {
            String found = detail.substring(KEY_EXPECTED.length());
            String hint = found.equals(END) ? "; is a } missing?" : "";
            return "a key is expected here, not " + found + hint;
        }
        Matcher noValue = NO_VALUE.matcher(detail);
        if (noValue.matches()) {
            return "key '" + noValue.group(1) + "' has no value; " + QUOTES;
        }
        if (detail.startsWith(NOT_JOINED)) {
            return "a text and a list or an object stand side by side; " + QUOTES;
        }
        int advice = detail.indexOf(" (if you ");
        if (advice < 0) {
            return detail;
        }
        String complaint = detail.substring(0, advice);
        Matcher unexpected = UNEXPECTED.matcher(complaint);
        if (!unexpected.matches()) {
            return complaint;
        }
        String token = unexpected.group(1);
        String reason = unexpected.group(2);
        if (reason == null || reason.startsWith("Reserved")) {
            return "unexpected '" + token + "'; " + QUOTES;
        }
        return reason.startsWith("'") ? reason + "; " + QUOTES : reason;
    }

    /**
     * Reads included files beside the file that includes them, and reports those that it cannot.
     */
    private final class Includer
            implements ConfigIncluder,
                    ConfigIncluderFile,
                    ConfigIncluderURL,
                    ConfigIncluderClasspath {
        /** The including file, last, and what included it; empty outside of files. */
        private final List<Path> chain;

        Includer(List<Path> chain) {
            this.chain = chain;
        }

        @Override
        public ConfigIncluder withFallback(ConfigIncluder fallback) {
            return this;
        }

        @Override
        public ConfigObject include(ConfigIncludeContext context, String what) {
            return URL_SCHEME.matcher(what).matches()
                    ? includeUrl(what)
                    : includeFile(context, new File(what));
        }

        @Override
        public ConfigObject includeFile(ConfigIncludeContext context, File what) {
            String text = what.getPath();
            if (chain.isEmpty()) {
                return refuse(text, "only a file can include another");
            }
            Path folder = chain.get(chain.size() - 1).getParent();
            Optional<Path> file =
                    EXTENSIONS.stream()
                            .map(extension -> folder.resolve(text + extension).normalize())
                            .filter(Files::isRegularFile)
                            .findFirst();
            if (file.isEmpty()) {
                Path absent = places.name(folder.resolve(text).normalize());
                return refuse(text, "there is no file " + absent);
            }
            if (chain.contains(file.get())) {
                return refuse(text, "the file includes itself");
            }
            return parse(file.get(), chain).root();
        }

        @Override
        public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
            return includeUrl(what.toString());
        }

        private ConfigObject includeUrl(String what) {
            if (!urlsAllowed) {
                return refuse(what, "including a URL is not allowed");
            }
            try {
                ConfigParseOptions options =
                        ConfigParseOptions.defaults()
                                .setSyntax(ConfigSyntax.CONF)
                                .setAllowMissing(false)
                                .setIncluder(new Includer(List.of()));
                return ConfigFactory.parseURL(URI.create(what).toURL(), options).root();
            } catch (ConfigException | MalformedURLException | IllegalArgumentException invalid) {
                return refuse(what, invalid.getMessage());
            }
        }

        @Override
        public ConfigObject includeResources(ConfigIncludeContext context, String what) {
            return refuse(what, "including from the class path is not supported; name a file");
        }

        private ConfigObject refuse(String what, String reason) {
            String message = "include \"" + what + "\": " + reason;
            if (chain.isEmpty()) {
                problems.add(Problem.of(message));
            } else {
                Path file = chain.get(chain.size() - 1);
                problems.add(Problem.at(places.name(file), line(file, what), 0, message));
            }
            return ConfigFactory.empty().root();
        }

        /** The library does not say where an include stands. */
        private int line(Path file, String what) {
            try {
                List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
                for (int i = 0; i < lines.size(); i++) {
                    if (lines.get(i).contains("include")
                            && lines.get(i).contains('"' + what + '"')) {
                        return i + 1;
                    }
                }
            } catch (IOException unreadable) {
                // It could be read a moment ago; a problem without a line will do.
            }
            return 0;
        }
    }
}
