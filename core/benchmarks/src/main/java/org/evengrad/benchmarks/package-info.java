/** Measures optimizers and activations against a lower limit and against DL4J. */
package org.evengrad.benchmarks;
