package org.evengrad.diagnosis.repair;

/** The budget is spent, or someone asked to end: what is known has to do. */
final class CutShort extends RuntimeException {
    private static final long serialVersionUID = 1;

    CutShort() {
        super("cut short", null, false, false);
    }
}
