/**
 * The commands. {@link org.evengrad.cli.Main} is where they start; each command is a class that
 * reads its options, calls the library, and prints.
 */
package org.evengrad.cli;
