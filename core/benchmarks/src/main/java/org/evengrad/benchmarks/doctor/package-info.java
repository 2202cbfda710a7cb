/**
 * Whether the doctor repairs what the clinic proves sick, what that costs, and whether chance or a
 * recipe would do as well.
 */
package org.evengrad.benchmarks.doctor;
