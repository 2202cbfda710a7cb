/** The only place that knows Deeplearning4j and ND4J. */
package org.evengrad.engine.dl4j;
