/** The layers that a program is made of. */
package org.evengrad.engine.executor.layers;
