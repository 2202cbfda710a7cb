package org.evengrad.benchmarks.doctor;

import java.io.IOException;
import org.evengrad.benchmarks.clinic.ClinicCase;
import org.evengrad.diagnosis.repair.Patch;

/** Where the work is done. For several threads. */
interface Practice {
    /**
     * Takes a case in. What it learns from is always the same then.
     *
     * @param seed of the data, and the doctor's
     */
    Visit admit(ClinicCase each, long seed) throws IOException;

    /** A case that is worked with. For one thread. Nothing is loaded before it is needed. */
    interface Visit {
        /**
         * Trains over the whole length.
         *
         * @param patch what is changed
         * @param seed of first weights and batches
         * @return the metric on the test rows; NaN if the answers are no numbers
         */
        double train(Patch patch, long seed);

        /** What the doctor does. */
        Treatment doctor();

        /**
         * What random search does.
         *
         * @param trainings of the original that it may cost
         */
        Treatment random(int trainings);

        /** The same recipe for everybody, as far as it can be applied and changes anything. */
        Treatment fixedRecipe();

        /** The doctor's yardstick. */
        Treatment fittingRecipe();
    }
}
