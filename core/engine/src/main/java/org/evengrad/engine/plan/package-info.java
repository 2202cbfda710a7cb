/** From a configuration to everything that training needs: data, a filled network, counts. */
package org.evengrad.engine.plan;
