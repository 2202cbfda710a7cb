/**
 * Reads HOCON into records and writes strategies as HOCON. The only package, with the loader, that
 * knows the HOCON library.
 */
package org.evengrad.config.bind;
