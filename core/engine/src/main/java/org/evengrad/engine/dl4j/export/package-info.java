/** Models for those who have DL4J and none of our jars. */
package org.evengrad.engine.dl4j.export;
