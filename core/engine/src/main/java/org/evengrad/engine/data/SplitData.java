package org.evengrad.engine.data;

import java.util.Optional;

/**
 * A loaded data set, scaled, and its three parts. No row is in two of them; with a count for {@code
 * train}, some rows may be in none.
 *
 * @param dataset all rows, features normalized and targets scaled
 * @param train at least one row
 * @param validation may be empty
 * @param test may be empty
 * @param normalizer what was applied to the features
 * @param targetScale what was applied to the targets
 * @param sha256 of the data as loaded, before normalization, in lower-case hexadecimal: all
 *     features and then all targets as little-endian 32-bit floats. For a folder of images, of the
 *     names and bytes of its files
 * @param augmentation changes the rows of training batches; empty if they stay as they are
 */
public record SplitData(
        Dataset dataset,
        DataPart train,
        DataPart validation,
        DataPart test,
        Normalizer normalizer,
        TargetScale targetScale,
        String sha256,
        Optional<Augmentation> augmentation) {}
