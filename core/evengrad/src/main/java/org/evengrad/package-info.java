/** The facade that embedders and the command line depend on. */
package org.evengrad;
