/** A matrix of runs over some keys of a configuration, with the spread over seeds. */
package org.evengrad.comparison;
