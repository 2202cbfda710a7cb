/**
 * Images: a folder of them as a data set, and how training images are varied. Knows nothing of data
 * sets, splits and batches.
 */
package org.evengrad.engine.data.images;
