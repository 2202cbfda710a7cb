package org.evengrad.engine.train;

import java.util.OptionalDouble;

/**
 * How good a network is on some data.
 *
 * @param loss the mean loss, without penalties
 * @param accuracy the share of examples whose class is right; empty for regression
 * @param rows how many examples
 */
public record Scores(double loss, OptionalDouble accuracy, int rows) {}
