package org.evengrad.engine.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.evengrad.config.DataConfig.Source.Shapes;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * Gray images of simple shapes, made by a formula and a seed. Image {@code i} shows shape {@code i
 * mod classes}. Its radius is from 0.25 to 0.45 of the size, its center anywhere where it fits, its
 * brightness from 0.6 to 1 on a dark ground, and each pixel gets {@code noise * g} with a standard
 * normal {@code g}.
 */
final class DrawnShapes {
    private static final double SMALLEST = 0.25;
    private static final double LARGEST = 0.45;
    private static final double DARKEST = 0.6;

    private DrawnShapes() {}

    /** The shapes, each in the square from -1 to 1 on both axes. */
    private enum Shape {
        DISK {
            @Override
            boolean covers(double x, double y) {
                return x * x + y * y <= 1;
            }
        },
        CROSS {
            @Override
            boolean covers(double x, double y) {
                return Math.abs(Math.abs(x) - Math.abs(y)) < 0.4;
            }
        },
        FRAME {
            @Override
            boolean covers(double x, double y) {
                return Math.max(Math.abs(x), Math.abs(y)) >= 0.55;
            }
        },
        PLUS {
            @Override
            boolean covers(double x, double y) {
                return Math.min(Math.abs(x), Math.abs(y)) < 0.3;
            }
        },
        SQUARE {
            @Override
            boolean covers(double x, double y) {
                return true;
            }
        },
        RING {
            @Override
            boolean covers(double x, double y) {
                double square = x * x + y * y;
                return square <= 1 && square >= 0.3;
            }
        },
        TRIANGLE {
            @Override
            boolean covers(double x, double y) {
                return 2 * Math.abs(x) <= y + 1;
            }
        },
        UPRIGHT {
            @Override
            boolean covers(double x, double y) {
                return Math.abs(x) < 0.3;
            }
        },
        LEVEL {
            @Override
            boolean covers(double x, double y) {
                return Math.abs(y) < 0.3;
            }
        },
        DIAMOND {
            @Override
            boolean covers(double x, double y) {
                return Math.abs(x) + Math.abs(y) <= 1;
            }
        };

        /** Whether a point belongs to it; both coordinates are from -1 to 1, y downwards. */
        abstract boolean covers(double x, double y);
    }

    /** Draws the images. */
    static Dataset images(Shapes source, long seed) {
        int size = source.size();
        int samples = source.samples();
        int classes = source.classes();
        int width = size * size;
        if (samples < classes || (long) samples * width > Dataset.MOST_NUMBERS) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.samples",
                            "must be from %d, one for each class, to %d, which fit into memory; not %d"
                                    .formatted(classes, Dataset.MOST_NUMBERS / width, samples)));
        }
        Draws draws = new Draws(seed, Draws.Purpose.GENERATION, 0);
        float[] pixels = new float[samples * width];
        float[] targets = new float[samples];
        for (int row = 0; row < samples; row++) {
            targets[row] = row % classes;
            draw(Shape.values()[row % classes], source, draws, pixels, row * width);
        }
        return new Dataset(
                pixels,
                samples,
                List.of(1, size, size),
                targets,
                1,
                Task.CLASSIFICATION,
                Arrays.stream(Shape.values())
                        .limit(classes)
                        .map(shape -> shape.name().toLowerCase(Locale.ROOT))
                        .toList(),
                List.of());
    }

    private static void draw(Shape shape, Shapes source, Draws draws, float[] pixels, int at) {
        int size = source.size();
        double radius = size * (SMALLEST + (LARGEST - SMALLEST) * draws.uniform());
        double left = (size - 2 * radius) * draws.uniform();
        double top = (size - 2 * radius) * draws.uniform();
        double brightness = DARKEST + (1 - DARKEST) * draws.uniform();
        for (int pixel = 0; pixel < size * size; pixel++) {
            double x = (pixel % size + 0.5 - left) / radius - 1;
            double y = (pixel / size + 0.5 - top) / radius - 1;
            boolean inside = Math.abs(x) <= 1 && Math.abs(y) <= 1 && shape.covers(x, y);
            double value = (inside ? brightness : 0) + source.noise() * draws.gaussian();
            pixels[at + pixel] = (float) value;
        }
    }
}
