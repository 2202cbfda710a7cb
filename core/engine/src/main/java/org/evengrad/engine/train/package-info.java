/** The training loop, and what it tells those who listen. */
package org.evengrad.engine.train;
