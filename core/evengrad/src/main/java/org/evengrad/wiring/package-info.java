/** Where the parts are put together. The only place that knows Guice. */
package org.evengrad.wiring;
