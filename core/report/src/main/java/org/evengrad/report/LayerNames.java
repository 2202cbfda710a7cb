package org.evengrad.report;

import java.util.ArrayList;
import java.util.List;

/** Layer names in a sentence: neighbors are drawn together. */
final class LayerNames {
    private LayerNames() {}

    /**
     * {@code dense-1 to dense-22, output}.
     *
     * @param named the layers to name
     * @param order all layers of the model, first layer first
     */
    static String ranges(List<String> named, List<String> order) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= named.size(); i++) {
            if (i < named.size() && follows(named.get(i - 1), named.get(i), order)) {
                continue;
            }
            String first = named.get(start);
            String last = named.get(i - 1);
            if (i - start > 2) {
                parts.add(first + " to " + last);
            } else {
                parts.addAll(named.subList(start, i));
            }
            start = i;
        }
        return String.join(", ", parts);
    }

    private static boolean follows(String earlier, String later, List<String> order) {
        int index = order.indexOf(earlier);
        return index >= 0 && index + 1 < order.size() && order.get(index + 1).equals(later);
    }
}
