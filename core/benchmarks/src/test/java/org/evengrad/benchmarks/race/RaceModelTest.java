package org.evengrad.benchmarks.race;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.evengrad.Evengrad;
import org.evengrad.config.ConfigLoader;
import org.evengrad.engine.data.DataLoader;
import org.evengrad.engine.data.Dataset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RaceModelTest {
    @TempDir private Path folder;

    @Test
    void countsThreeProductsForALayerAndTwoForTheFirst() {
        // 32 examples: 2x15, then four times 15x15, then 15x3 weights.
        double expected = 32 * 2.0 * (2 * 2 * 5 + 3 * 14 * 5 * 5 + 3 * 5 * 3);

        assertEquals(expected, RaceModel.TINY.stepFlops());
    }

    @Test
    void countsEachPlaceOfAnImageAndEachStepOfASequence() {
        double firstConvolution = 2 * 2.0 * 64 * 24 * 24 * 25 * 20;
        double secondConvolution = 3 * 2.0 * 64 * 8 * 8 * 20 * 25 * 50;
        double dense = 3 * 2.0 * 64 * (4 * 4 * 50 * 500 + 500 * 10);
        assertEquals(firstConvolution + secondConvolution + dense, RaceModel.CNN.stepFlops());

        double gates = 2.0 * 32 * 50 * 512 * (2 * 64 + 3 * 128);
        assertEquals(gates + 3 * 2.0 * 32 * 50 * 128 * 64, RaceModel.LSTM.stepFlops());
    }

    @Test
    void takesTheProductWithTheMostOperationsForTheLargest() {
        assertEquals(Product.of(64 * 8 * 8, 500, 50), RaceModel.CNN.largestProduct());
        assertEquals(Product.of(256, 2048, 2048).times(2), RaceModel.WIDE.largestProduct());
        assertEquals(Math.ceil(2e8 / (2.0 * 64 * 784 * 256)), Lineup.productsInStep(RaceModel.MLP));
    }

    @Test
    void givesEvengradTheVeryExamplesThatTheOthersRead() throws Exception {
        Examples.write(folder);
        ConfigLoader loader = new ConfigLoader(Evengrad.create().strategies());
        for (RaceModel model : new RaceModel[] {RaceModel.MLP, RaceModel.TINY, RaceModel.LSTM}) {
            Path config = folder.resolve(model.key() + ".conf");
            Files.writeString(
                    config,
                    EvengradConfig.text(
                            Examples.config(model.source(), folder),
                            model.layers(),
                            model.batch(),
                            1));
            Dataset dataset =
                    DataLoader.load(loader.load(config, Map.of()).config().data(), 1).dataset();
            Examples examples = Examples.read(model.source(), folder);
            float[] row = new float[examples.width()];
            dataset.features().read(0, row, 0);

            assertEquals(examples.rows(), dataset.rows(), model.key());
            assertEquals(examples.classes()[0], dataset.targets().get(0, 0), model.key());
            assertEquals(model.source().classes(), dataset.classes().size(), model.key());
            if (model != RaceModel.TINY) {
                // Points are scaled on their way in.
                assertEquals(
                        Arrays.toString(Arrays.copyOf(examples.features(), row.length)),
                        Arrays.toString(row));
            }
        }
    }

    @Test
    void dealsEachExampleOnceInAnEpochToDl4j() throws Exception {
        Examples.write(folder);
        ShuffledBatches batches =
                new ShuffledBatches(RaceModel.LSTM, Examples.read(Examples.Source.TEXT, folder));
        var batch = batches.next();

        assertEquals("[32, 64, 50]", Arrays.toString(batch.getFeatures().shape()));
        assertEquals("[32, 64, 50]", Arrays.toString(batch.getLabels().shape()));
        assertEquals(32 * 50, batch.getFeatures().sumNumber().intValue());
        int count = 1;
        while (batches.hasNext()) {
            batches.next();
            count++;
        }
        assertEquals(2048 / 32, count);
    }
}
