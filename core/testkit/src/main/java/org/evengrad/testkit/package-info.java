/**
 * Contract tests for plugins. The test of a strategy implements the contract of its kind, gives its
 * formula in double precision, and inherits the rest.
 */
package org.evengrad.testkit;
