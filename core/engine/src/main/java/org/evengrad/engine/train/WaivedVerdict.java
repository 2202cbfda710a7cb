package org.evengrad.engine.train;

import org.evengrad.config.HealthConfig.Waiver;

/**
 * A verdict that the configuration accepts: it is shown, and fails nothing.
 *
 * @param verdict that is accepted
 * @param waiver that accepts it
 */
public record WaivedVerdict(Verdict verdict, Waiver waiver) {}
