package org.evengrad.engine.dl4j.imports;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.hdf5.Attribute;
import org.bytedeco.hdf5.DataSet;
import org.bytedeco.hdf5.DataSpace;
import org.bytedeco.hdf5.Group;
import org.bytedeco.hdf5.H5File;
import org.bytedeco.hdf5.PredType;
import org.bytedeco.hdf5.StrType;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;

/** Writes HDF5 files with the groups, attributes and texts that Keras 2 writes. */
final class KerasFixture {
    private final Map<String, List<Weights>> weights = new LinkedHashMap<>();
    private final List<String> layers = new ArrayList<>();
    private String version = "2.11.0";
    private String training;

    /** The weights of a layer, row-major, each value a function of its place. */
    record Weights(String name, int[] shape) {
        float[] values() {
            int size = 1;
            for (int length : shape) {
                size *= length;
            }
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                values[i] = value(name, i);
            }
            return values;
        }
    }

    /** What every tensor with that name has at a place. */
    static float value(String name, int place) {
        return (float) Math.sin(1 + place + name.length()) / 2;
    }

    KerasFixture writtenBy(String kerasVersion) {
        version = kerasVersion;
        return this;
    }

    /** Compiled with a loss and an optimizer, both as JSON. */
    KerasFixture compiled(String loss, String optimizer) {
        training =
                "{\"loss\": "
                        + loss
                        + ", \"metrics\": null, \"optimizer_config\": "
                        + optimizer
                        + "}";
        return this;
    }

    KerasFixture input(int... shape) {
        StringBuilder sizes = new StringBuilder("[null");
        for (int size : shape) {
            sizes.append(", ").append(size);
        }
        return layer("InputLayer", "input_1", "\"batch_input_shape\": " + sizes + "]");
    }

    KerasFixture dense(String name, int inputs, int units, String activation, String... more) {
        weights.put(
                name,
                List.of(
                        new Weights("kernel", new int[] {inputs, units}),
                        new Weights("bias", new int[] {units})));
        return layer(
                "Dense",
                name,
                "\"units\": %d, \"activation\": \"%s\", \"use_bias\": true%s, %s"
                        .formatted(units, activation, more(more), INITIALIZERS));
    }

    KerasFixture conv(String name, int channels, int filters, int size, String activation) {
        weights.put(
                name,
                List.of(
                        new Weights("kernel", new int[] {size, size, channels, filters}),
                        new Weights("bias", new int[] {filters})));
        return layer(
                "Conv2D",
                name,
                ("\"filters\": %d, \"kernel_size\": [%d, %d], \"strides\": [1, 1],"
                                + " \"padding\": \"valid\", \"data_format\": \"channels_last\","
                                + " \"dilation_rate\": [1, 1], \"groups\": 1,"
                                + " \"activation\": \"%s\", \"use_bias\": true, %s")
                        .formatted(filters, size, size, activation, INITIALIZERS));
    }

    KerasFixture lstm(String name, int inputs, int units, boolean sequences) {
        weights.put(
                name,
                List.of(
                        new Weights("lstm_cell/kernel", new int[] {inputs, 4 * units}),
                        new Weights("lstm_cell/recurrent_kernel", new int[] {units, 4 * units}),
                        new Weights("lstm_cell/bias", new int[] {4 * units})));
        return layer(
                "LSTM",
                name,
                ("\"return_sequences\": %s, \"unroll\": false, \"units\": %d, \"activation\":"
                     + " \"tanh\", \"recurrent_activation\": \"sigmoid\", \"use_bias\": true,"
                     + " \"unit_forget_bias\": true, \"dropout\": 0.0, \"recurrent_dropout\": 0.0,"
                     + " \"recurrent_initializer\": {\"class_name\": \"Orthogonal\", \"config\":"
                     + " {\"gain\": 1.0, \"seed\": null}}, %s")
                        .formatted(sequences, units, INITIALIZERS));
    }

    private static final String INITIALIZERS =
            "\"kernel_initializer\": {\"class_name\": \"GlorotUniform\", \"config\": {\"seed\":"
                    + " null}}, \"bias_initializer\": {\"class_name\": \"Zeros\", \"config\": {}},"
                    + " \"kernel_constraint\": null, \"bias_constraint\": null";

    private static String more(String... options) {
        return options.length == 0 ? "" : ", " + String.join(", ", options);
    }

    /** A layer without weights, or one whose weights do not matter. */
    KerasFixture layer(String kind, String name, String options) {
        layers.add(
                "{\"class_name\": \"%s\", \"config\": {\"name\": \"%s\", \"dtype\": \"float32\"%s}}"
                        .formatted(
                                kind,
                                name,
                                (options.contains("\"trainable\"") ? "" : ", \"trainable\": true")
                                        + (options.isEmpty() ? "" : ", " + options)));
        weights.putIfAbsent(name, List.of());
        return this;
    }

    /** Writes a Sequential of all layers. */
    void sequential(Path file) {
        write(
                file,
                "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"sequential\","
                        + " \"layers\": ["
                        + String.join(", ", layers)
                        + "]}}");
    }

    /** Writes a functional model; each layer says which others it reads. */
    void functional(Path file, Map<String, List<String>> reads, String input, String output) {
        List<String> nodes = new ArrayList<>();
        for (String layer : layers) {
            String name = layer.replaceFirst("(?s).*?\"name\": \"([^\"]+)\".*", "$1");
            List<String> from = reads.getOrDefault(name, List.of());
            String inbound =
                    from.isEmpty()
                            ? "[]"
                            : "[["
                                    + String.join(
                                            ", ",
                                            from.stream()
                                                    .map(it -> "[\"" + it + "\", 0, 0, {}]")
                                                    .toList())
                                    + "]]";
            nodes.add(
                    layer.substring(0, layer.length() - 1)
                            + ", \"name\": \""
                            + name
                            + "\", \"inbound_nodes\": "
                            + inbound
                            + "}");
        }
        write(
                file,
                ("{\"class_name\": \"Functional\", \"config\": {\"name\": \"model\", \"layers\":"
                                + " [%s], \"input_layers\": [[\"%s\", 0, 0]], \"output_layers\":"
                                + " [[\"%s\", 0, 0]]}}")
                        .formatted(String.join(", ", nodes), input, output));
    }

    /** Writes what {@code save_weights} writes: no layers. */
    void weightsOnly(Path file) {
        write(file, null);
    }

    private void write(Path path, String architecture) {
        synchronized (Hdf5Archive.LOCK_OBJECT) {
            try (H5File file = new H5File(path.toString(), hdf5.H5F_ACC_TRUNC())) {
                text(file, "keras_version", version);
                text(file, "backend", "tensorflow");
                if (architecture != null) {
                    text(file, "model_config", architecture);
                }
                if (training != null) {
                    text(file, "training_config", training);
                }
                try (Group root = file.createGroup("model_weights")) {
                    text(root, "keras_version", version);
                    text(root, "backend", "tensorflow");
                    weights.forEach((layer, tensors) -> write(root, layer, tensors));
                }
            }
        }
    }

    private static void write(Group root, String layer, List<Weights> tensors) {
        try (Group group = root.createGroup(layer)) {
            List<String> names =
                    tensors.stream().map(tensor -> layer + "/" + tensor.name() + ":0").toList();
            texts(group, "weight_names", names);
            List<Group> within = new ArrayList<>();
            Group parent = group;
            if (!tensors.isEmpty()) {
                String deepest = names.get(0).substring(0, names.get(0).lastIndexOf('/'));
                for (String part : deepest.split("/")) {
                    parent = parent.createGroup(part);
                    within.add(parent);
                }
            }
            for (Weights tensor : tensors) {
                String name = tensor.name().substring(tensor.name().lastIndexOf('/') + 1) + ":0";
                write(parent, name, tensor);
            }
            for (int i = within.size() - 1; i >= 0; i--) {
                within.get(i).close();
            }
        }
    }

    private static void write(Group group, String name, Weights tensor) {
        long[] shape = new long[tensor.shape().length];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = tensor.shape()[i];
        }
        try (DataSpace space = new DataSpace(shape.length, shape);
                DataSet data = group.createDataSet(name, PredType.NATIVE_FLOAT(), space);
                FloatPointer values = new FloatPointer(tensor.values())) {
            data.write(values, PredType.NATIVE_FLOAT());
        }
    }

    private static void text(Group group, String name, String text) {
        try (StrType type = new StrType(PredType.C_S1(), hdf5.H5T_VARIABLE());
                DataSpace space = new DataSpace(hdf5.H5S_SCALAR);
                Attribute attribute = group.createAttribute(name, type, space)) {
            attribute.write(type, text);
        }
    }

    private static void texts(Group group, String name, List<String> texts) {
        int longest = texts.stream().mapToInt(String::length).max().orElse(1);
        byte[] bytes = new byte[Math.max(1, texts.size() * longest)];
        for (int i = 0; i < texts.size(); i++) {
            byte[] text = texts.get(i).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(text, 0, bytes, i * longest, text.length);
        }
        try (StrType type = new StrType(PredType.C_S1(), longest);
                DataSpace space = new DataSpace(1, new long[] {Math.max(1, texts.size())});
                Attribute attribute = group.createAttribute(name, type, space);
                BytePointer pointer = new BytePointer(bytes)) {
            attribute.write(type, (org.bytedeco.javacpp.Pointer) pointer);
        }
    }
}
