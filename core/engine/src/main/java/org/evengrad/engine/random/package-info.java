/** Random numbers that repeat. */
package org.evengrad.engine.random;
