package org.evengrad.benchmarks.race;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The networks of the race, and what Evengrad is to reach on each. */
enum RaceModel {
    /** Ten layers of 256 units. */
    MLP(
            "MLP 784-10x256-10",
            64,
            Examples.Source.IMAGES,
            """
            activation = tanh
            model.layers = [ { dense = 256, repeat = 10 } ]
            """,
            List.of(
                    Product.ofFirst(64, 784, 256),
                    Product.of(64, 256, 256).times(9),
                    Product.of(64, 256, 10)),
            new Target(0.80, 6, OptionalDouble.empty())),

    /** Two convolutions with pooling and a dense layer. */
    CNN(
            "CNN 20c5-pool-50c5-pool-500",
            64,
            Examples.Source.IMAGES,
            """
            activation = relu
            model.layers = [
              { conv = 20, kernel = 5 }, { max-pool = 2 }
              { conv = 50, kernel = 5 }, { max-pool = 2 }
              { dense = 500 }
            ]
            """,
            List.of(
                    Product.ofFirst(64 * 24 * 24, 25, 20),
                    Product.of(64 * 8 * 8, 500, 50),
                    Product.of(64, 800, 500),
                    Product.of(64, 500, 10)),
            new Target(0.80, 6, OptionalDouble.empty())),

    /** Twenty blocks of two layers with a path around them. */
    RESIDUAL(
            "residual MLP, 20 blocks of width 128",
            64,
            Examples.Source.IMAGES,
            """
            activation = relu
            model.layers = [
              { dense = 128 }
              { residual = [ { dense = 128 }, { dense = 128, activation = identity } ], repeat = 20 }
            ]
            """,
            List.of(
                    Product.ofFirst(64, 784, 128),
                    Product.of(64, 128, 128).times(40),
                    Product.of(64, 128, 10)),
            new Target(0.70, 3, OptionalDouble.empty())),

    /** A character model. */
    LSTM(
            "char LSTM 128, 50 steps",
            32,
            Examples.Source.TEXT,
            "model { preset = char-lstm, width = 128 }\n",
            List.of(
                    Product.ofFirst(32 * 50, 64, 4 * 128),
                    Product.of(32, 128, 4 * 128).times(50),
                    Product.of(32 * 50, 128, 64)),
            new Target(1.00, 6, OptionalDouble.empty())),

    /** Fifteen layers of 5 units. */
    TINY(
            "tiny 2-15x5-3",
            32,
            Examples.Source.POINTS,
            """
            activation = tanh
            model.layers = [ { dense = 5, repeat = 15 } ]
            """,
            List.of(
                    Product.ofFirst(32, 2, 5),
                    Product.of(32, 5, 5).times(14),
                    Product.of(32, 5, 3)),
            new Target(0.20, 6, OptionalDouble.empty())),

    /** Three layers of 2048 units. */
    WIDE(
            "wide MLP 784-3x2048-10",
            256,
            Examples.Source.IMAGES,
            """
            activation = relu
            model.layers = [ { dense = 2048, repeat = 3 } ]
            """,
            List.of(
                    Product.ofFirst(256, 784, 2048),
                    Product.of(256, 2048, 2048).times(2),
                    Product.of(256, 2048, 10)),
            new Target(1.0, 1.8, OptionalDouble.of(0.75)));

    private final String title;
    private final int batch;
    private final Examples.Source source;
    private final String layers;
    private final List<Product> products;
    private final Target target;

    RaceModel(
            String title,
            int batch,
            Examples.Source source,
            String layers,
            List<Product> products,
            Target target) {
        this.title = title;
        this.batch = batch;
        this.source = source;
        this.layers = layers;
        this.products = products;
        this.target = target;
    }

    /**
     * What Evengrad is to reach.
     *
     * @param mostOfPytorch its step time over PyTorch's
     * @param leastOfDl4j DL4J's step time over its
     * @param leastOfProducts the share of the machine's rate of matrix products; empty: any
     */
    record Target(double mostOfPytorch, double leastOfDl4j, OptionalDouble leastOfProducts) {}

    /** A name for people. */
    String title() {
        return title + ", batch " + batch;
    }

    /** A name for files and commands. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The model of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static RaceModel of(String key) {
        return valueOf(key.toUpperCase(Locale.ROOT));
    }

    /** Examples in a step. */
    int batch() {
        return batch;
    }

    /** What it learns from. */
    Examples.Source source() {
        return source;
    }

    /** What Evengrad is to reach. */
    Target target() {
        return target;
    }

    /** Floating-point operations of one training step in matrix products. */
    double stepFlops() {
        return products.stream().mapToDouble(Product::stepFlops).sum();
    }

    /** The product with the most operations. */
    Product largestProduct() {
        return products.stream().max(Comparator.comparingDouble(Product::flops)).orElseThrow();
    }

    /** The configuration that Evengrad trains, without the data. */
    String layers() {
        return layers;
    }
}
