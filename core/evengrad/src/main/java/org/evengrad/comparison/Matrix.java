package org.evengrad.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All combinations of the values of some keys. */
final class Matrix {
    private Matrix() {}

    /** The combinations; the last key's values change first. One that is empty if no key varies. */
    static List<Map<String, String>> of(List<Variation> variations) {
        List<Map<String, String>> combinations = new ArrayList<>();
        combinations.add(Map.of());
        for (Variation variation : variations) {
            List<Map<String, String>> longer = new ArrayList<>();
            for (Map<String, String> combination : combinations) {
                for (String value : variation.values()) {
                    Map<String, String> more = new LinkedHashMap<>(combination);
                    more.put(variation.key(), value);
                    longer.add(more);
                }
            }
            combinations = longer;
        }
        return combinations;
    }
}
