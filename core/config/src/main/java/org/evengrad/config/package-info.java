/** The configuration of a run as records, and the loader that reads it from a file. */
package org.evengrad.config;
