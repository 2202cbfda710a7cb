/**
 * Turns a run folder into one HTML file that needs no network.
 *
 * <p>{@link org.evengrad.report.HtmlReport} is the entry. It reads the folder's files and nothing
 * else, so it works on a run of another version, on one that is still going, and on one that was
 * killed.
 */
package org.evengrad.report;
