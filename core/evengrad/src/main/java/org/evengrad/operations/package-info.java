/** What Evengrad does for its users, one class for each thing: from a configuration to a result. */
package org.evengrad.operations;
