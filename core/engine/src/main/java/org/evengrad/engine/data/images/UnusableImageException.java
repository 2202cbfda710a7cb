package org.evengrad.engine.data.images;

/** An image cannot be used; the message says why and ends the sentence "this file …". */
final class UnusableImageException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableImageException(String message) {
        super(message);
    }
}
