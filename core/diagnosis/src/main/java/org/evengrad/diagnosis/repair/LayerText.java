package org.evengrad.diagnosis.repair;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.evengrad.config.LayerConfig;
import org.evengrad.config.bind.Key;
import org.evengrad.config.bind.StrategyWriter;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.plugins.StrategyRegistry;

/** Layers as HOCON, without what an absent key means anyway. */
final class LayerText {
    private final StrategyWriter strategies;

    LayerText(StrategyRegistry registry) {
        strategies = new StrategyWriter(registry);
    }

    /** A list of them on one line. */
    String of(List<LayerConfig> layers) {
        return "[ " + String.join(", ", layers.stream().map(this::of).toList()) + " ]";
    }

    private String of(LayerConfig layer) {
        List<String> keys = new ArrayList<>();
        for (RecordComponent component : layer.getClass().getRecordComponents()) {
            Object value = read(component, layer);
            if (value instanceof Optional<?> maybe) {
                value = maybe.orElse(null);
            }
            if (value != null) {
                Key key = component.getAnnotation(Key.class);
                String name =
                        key == null || key.name().isEmpty()
                                ? KebabCase.of(component.getName())
                                : key.name();
                String text = text(value);
                if (key == null || !text.equals(key.absent())) {
                    keys.add(name + " = " + text);
                }
            }
        }
        return "{ " + String.join(", ", keys) + " }";
    }

    private String text(Object value) {
        if (value instanceof List<?> body) {
            return of(body.stream().map(LayerConfig.class::cast).toList());
        }
        return value instanceof Enum<?> constant
                ? constant.name().toLowerCase(Locale.ROOT).replace('_', '-')
                : strategies.value(value);
    }

    private static Object read(RecordComponent component, LayerConfig layer) {
        try {
            return component.getAccessor().invoke(layer);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("cannot read " + component, impossible);
        }
    }
}
