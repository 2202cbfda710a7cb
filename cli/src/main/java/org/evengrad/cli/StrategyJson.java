package org.evengrad.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.evengrad.config.bind.StrategyWriter;
import org.evengrad.config.plugins.HashedJar;
import org.evengrad.config.plugins.OptionType;
import org.evengrad.config.plugins.StrategyType;

/** Strategies for a program: {@code { "strategies": [ … ] }}. */
final class StrategyJson {
    private StrategyJson() {}

    static String write(List<StrategyType> types, StrategyWriter writer) {
        List<Map<String, Object>> strategies = new ArrayList<>();
        for (StrategyType type : types) {
            Map<String, Object> strategy = new LinkedHashMap<>();
            strategy.put("kind", type.kind().singular());
            strategy.put("name", type.name());
            strategy.put("summary", type.summary());
            strategy.put("formula", blankIsNull(type.formula()));
            strategy.put("useWhen", blankIsNull(type.useWhen()));
            strategy.put("avoidWhen", blankIsNull(type.avoidWhen()));
            strategy.put("helpsAgainst", type.helpsAgainst());
            strategy.put("reference", type.reference());
            strategy.put("since", type.since());
            Path jar = type.origin().jar();
            strategy.put("jar", jar == null ? null : jar.toString());
            strategy.put("sha256", jar == null ? null : HashedJar.of(jar).sha256());
            strategy.put("options", options(type, writer));
            strategies.add(strategy);
        }
        return Json.text(Map.of("strategies", strategies)) + "\n";
    }

    private static String blankIsNull(String text) {
        return text.isBlank() ? null : text;
    }

    private static List<Map<String, Object>> options(StrategyType type, StrategyWriter writer) {
        List<Map<String, Object>> options = new ArrayList<>();
        for (OptionType option : type.options()) {
            OptionDescription words = OptionDescription.of(option, writer);
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("key", words.key());
            object.put("type", words.type());
            object.put("default", option.defaultValue() == null ? null : words.defaultValue());
            object.put("range", words.range().isEmpty() ? null : words.range());
            object.put("help", words.help());
            options.add(object);
        }
        return options;
    }
}
