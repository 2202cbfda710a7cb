package org.evengrad.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What wins over a configuration file, for every command that reads one. */
final class ConfigArguments {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--seed", paramLabel = "N", description = "Wins over the file's seed.")
    private Long seed;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description =
                    "A key that wins over the file, for example -D training.epochs=5. May be given"
                            + " more than once.")
    private String[] overrides = {};

    /** Whether any was given. */
    boolean any() {
        return seed != null || overrides.length > 0;
    }

    /** Values by key, in the order in which they were given. */
    Map<String, String> overrides() {
        Map<String, String> byKey = new LinkedHashMap<>();
        for (String override : overrides) {
            int equals = override.indexOf('=');
            if (equals < 1) {
                throw new ParameterException(
                        spec.commandLine(),
                        "-D takes KEY=VALUE, for example -D training.epochs=5, not '"
                                + override
                                + "'");
            }
            byKey.put(override.substring(0, equals).strip(), override.substring(equals + 1));
        }
        if (seed != null) {
            byKey.put("seed", seed.toString());
        }
        return byKey;
    }
}
