package org.evengrad;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** Small generated data sets, in batches of DL4J's. */
final class UserData {
    private UserData() {}

    static INDArray gaussians(long seed, long... shape) {
        Random random = new Random(seed);
        INDArray array = Nd4j.create(DataType.FLOAT, shape, 'c');
        for (long i = 0; i < array.length(); i++) {
            array.putScalar(i, random.nextGaussian());
        }
        return array;
    }

    /** One of the classes for each row: the column among the first ones that is the largest. */
    static INDArray classes(INDArray rows, int classes) {
        INDArray targets = Nd4j.zeros(DataType.FLOAT, rows.size(0), classes);
        for (int row = 0; row < rows.size(0); row++) {
            int largest = 0;
            for (int column = 1; column < classes; column++) {
                if (rows.getDouble(row, column) > rows.getDouble(row, largest)) {
                    largest = column;
                }
            }
            targets.putScalar(row, largest, 1);
        }
        return targets;
    }

    /** Batches of 16, 16 and 9 rows of 6 features, of 3 classes. */
    static DataSetIterator classification() {
        return classification(1);
    }

    static DataSetIterator classification(long seed) {
        INDArray features = gaussians(seed, 41, 6);
        return new ListDataSetIterator<>(new DataSet(features, classes(features, 3)).asList(), 16);
    }

    /** The batches of {@link #classification()}. */
    static List<DataSet> classes() {
        List<DataSet> batches = new ArrayList<>();
        classification().forEachRemaining(batches::add);
        return batches;
    }

    /** Three signs for each row: those of its first three columns. */
    static DataSetIterator signs() {
        INDArray features = gaussians(4, 41, 6);
        INDArray targets = Nd4j.create(DataType.FLOAT, 41, 3);
        for (int row = 0; row < 41; row++) {
            for (int column = 0; column < 3; column++) {
                targets.putScalar(row, column, features.getDouble(row, column) > 0 ? 1 : -1);
            }
        }
        return new ListDataSetIterator<>(new DataSet(features, targets).asList(), 16);
    }

    /**
     * Sequences of 7 steps and 2 features in batches of 8, 8 and 4. The class of a step is whether
     * the sum so far is positive. The last steps of every third sequence are padding.
     */
    static DataSetIterator sequences(boolean padded) {
        int steps = 7;
        List<DataSet> batches = new ArrayList<>();
        for (int rows : new int[] {8, 8, 4}) {
            INDArray features = gaussians(3 + batches.size(), rows, 2, steps);
            INDArray targets = Nd4j.zeros(DataType.FLOAT, rows, 2, steps);
            INDArray mask = Nd4j.ones(DataType.FLOAT, rows, steps);
            for (int row = 0; row < rows; row++) {
                double sum = 0;
                for (int step = 0; step < steps; step++) {
                    sum += features.getDouble(row, 0, step);
                    targets.putScalar(row, sum > 0 ? 1 : 0, step, 1);
                    if (row % 3 == 2 && step >= 4) {
                        mask.putScalar(row, step, 0);
                    }
                }
            }
            batches.add(
                    padded
                            ? new DataSet(features, targets, mask, mask.dup())
                            : new DataSet(features, targets));
        }
        return new ExistingDataSetIterator(batches);
    }

    /** Sequences with the features behind the steps. */
    static DataSetIterator featuresLast() {
        List<DataSet> batches = new ArrayList<>();
        DataSetIterator first = sequences(false);
        while (first.hasNext()) {
            DataSet batch = first.next();
            batches.add(
                    new DataSet(
                            batch.getFeatures().permute(0, 2, 1).dup('c'),
                            batch.getLabels().permute(0, 2, 1).dup('c')));
        }
        return new ExistingDataSetIterator(batches);
    }

    /** Images of 6 x 6 and 2 channels: which of them is the brighter at one place. */
    static DataSetIterator images(boolean channelsLast) {
        List<DataSet> batches = new ArrayList<>();
        for (int batch = 0; batch < 2; batch++) {
            INDArray images = gaussians(50 + batch, 12, 2, 6, 6);
            INDArray labels = Nd4j.zeros(DataType.FLOAT, 12, 2);
            for (int row = 0; row < 12; row++) {
                boolean first = images.getDouble(row, 0, 2, 2) > images.getDouble(row, 1, 2, 2);
                labels.putScalar(row, first ? 0 : 1, 1);
            }
            batches.add(
                    new DataSet(
                            channelsLast ? images.permute(0, 2, 3, 1).dup('c') : images, labels));
        }
        return new ExistingDataSetIterator(batches);
    }

    /** Two inputs, of 4 and 3 features; two outputs: a class of 3, and the sum of the inputs. */
    static MultiDataSetIterator pairs() {
        List<MultiDataSet> batches = new ArrayList<>();
        for (int rows : new int[] {16, 16, 8}) {
            INDArray first = gaussians(20 + batches.size(), rows, 4);
            INDArray second = gaussians(30 + batches.size(), rows, 3);
            INDArray sums = first.sum(true, 1).add(second.sum(true, 1)).div(3);
            batches.add(
                    new org.nd4j.linalg.dataset.MultiDataSet(
                            new INDArray[] {first, second},
                            new INDArray[] {classes(first, 3), sums}));
        }
        return new Repeated(batches);
    }
}
