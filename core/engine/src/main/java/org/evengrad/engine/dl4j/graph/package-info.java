/** Which layer of a DL4J model feeds which. */
package org.evengrad.engine.dl4j.graph;
