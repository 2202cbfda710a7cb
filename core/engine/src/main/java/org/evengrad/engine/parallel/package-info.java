/** Threads that share the work of one step. */
package org.evengrad.engine.parallel;
