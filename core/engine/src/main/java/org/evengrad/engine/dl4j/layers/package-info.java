/** Layers and losses that DL4J 1.0.0-M2.1 lacks, as DL4J runs, saves and reopens them. */
package org.evengrad.engine.dl4j.layers;
