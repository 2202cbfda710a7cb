/**
 * The race: whole training steps of Evengrad against DL4J's {@code fit} and PyTorch. Each
 * contestant runs in a process of its own and waits, parked, while another one runs.
 */
package org.evengrad.benchmarks.race;
