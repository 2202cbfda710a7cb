package org.evengrad.engine.dl4j.imports;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.evengrad.engine.dl4j.imports.Parts.Part;

/** Looks into layers that stand around others. */
final class Wrapped {
    private Wrapped() {}

    /** The layer of a part and those within it, from the outside in; none for a plain vertex. */
    static List<Layer> layers(Part part) {
        return part.layer().map(Wrapped::layers).orElse(List.of());
    }

    private static List<Layer> layers(Layer outermost) {
        List<Layer> found = new ArrayList<>();
        Layer layer = outermost;
        while (layer != null) {
            found.add(layer);
            layer = within(layer);
        }
        return found;
    }

    /** What a layer does its work with: itself, if it is no wrapper. */
    static Layer innermost(Layer layer) {
        List<Layer> all = layers(layer);
        return all.get(all.size() - 1);
    }

    private static Layer within(Layer layer) {
        if (layer instanceof FrozenLayer frozen) {
            return frozen.getLayer();
        }
        if (layer instanceof BaseWrapperLayer wrapper) {
            return wrapper.getUnderlying();
        }
        // Both directions are configured alike.
        return layer instanceof Bidirectional both ? both.getFwd() : null;
    }
}
