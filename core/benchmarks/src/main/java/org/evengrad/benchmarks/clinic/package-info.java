/**
 * Measures whether diagnosis is right: trains networks that are known to be sick, broken on purpose
 * or healthy, and holds what diagnosis says of each against how its training went.
 */
package org.evengrad.benchmarks.clinic;
