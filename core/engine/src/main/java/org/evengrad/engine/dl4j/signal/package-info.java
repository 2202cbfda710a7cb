/** Follows random directions back through a model, and measures what becomes of them. */
package org.evengrad.engine.dl4j.signal;
