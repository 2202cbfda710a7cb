package org.evengrad.engine.dl4j;

import java.util.Optional;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.dl4j.layers.HuberLoss;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/** Which of our losses a function of DL4J's is. */
final class Losses {
    private Losses() {}

    static Optional<Loss> of(ILossFunction function) {
        // Its targets are numbers of classes, not rows with a one.
        if (function instanceof LossSparseMCXENT) {
            return Optional.empty();
        }
        if (function instanceof LossMCXENT) {
            return Optional.of(Loss.CROSS_ENTROPY);
        }
        if (function instanceof LossBinaryXENT) {
            return Optional.of(Loss.BINARY_CROSS_ENTROPY);
        }
        if (function instanceof LossMSE) {
            return Optional.of(Loss.MSE);
        }
        if (function instanceof LossMAE) {
            return Optional.of(Loss.MAE);
        }
        return function instanceof HuberLoss ? Optional.of(Loss.HUBER) : Optional.empty();
    }
}
