/** Finds a fast layer for each layer of a DL4J model. */
package org.evengrad.engine.dl4j.translation;
