/**
 * Models that users bring: reads Keras files, and reads from any DL4J network how it wants to be
 * trained. Knows DL4J and ND4J, as the package around it does.
 */
package org.evengrad.engine.dl4j.imports;
