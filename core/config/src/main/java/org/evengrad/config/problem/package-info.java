/** What is wrong with the user's input, and where. */
package org.evengrad.config.problem;
