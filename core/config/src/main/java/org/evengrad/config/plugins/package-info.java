/** Finds strategies, checks them, and looks them up by name. */
package org.evengrad.config.plugins;
