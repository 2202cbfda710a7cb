package org.evengrad.diagnosis;

import java.util.Optional;
import org.evengrad.engine.train.Verdict;

/** Decides about one problem. */
@FunctionalInterface
interface Judge {
    /** The verdict, or nothing if all is well in this respect. */
    Optional<Verdict> judge(Observations run);
}
