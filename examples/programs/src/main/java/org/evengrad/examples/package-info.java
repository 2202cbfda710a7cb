/** Programs that embed Evengrad. */
package org.evengrad.examples;
