/**
 * Computes loss and gradient with layers of our own, on native buffers that are made once. Knows
 * nothing of DL4J: it is given the memory of parameters and gradient.
 */
package org.evengrad.engine.executor;
