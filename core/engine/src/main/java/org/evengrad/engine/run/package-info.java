/**
 * The run folder: what a training run leaves behind, written so that nothing is ever half there.
 */
package org.evengrad.engine.run;
