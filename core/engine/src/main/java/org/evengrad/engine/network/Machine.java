package org.evengrad.engine.network;

/**
 * What computes: bit-identical results hold for the same of these.
 *
 * @param backend of ND4J
 * @param blas the library of matrix products
 * @param blasVersion as it describes itself
 * @param threads cores that matrix products use
 */
public record Machine(String backend, String blas, String blasVersion, int threads) {}
