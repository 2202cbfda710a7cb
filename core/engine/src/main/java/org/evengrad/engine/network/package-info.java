/** The seam between training and the library that computes: networks as flat native memory. */
package org.evengrad.engine.network;
