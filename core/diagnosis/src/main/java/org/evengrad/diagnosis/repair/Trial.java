package org.evengrad.diagnosis.repair;

/**
 * One training, as far as it went in a stage.
 *
 * @param patch what was changed
 * @param stage what it was for
 * @param seed with which it was trained
 * @param steps taken since its beginning
 * @param skill on the validation part: 0 is what a constant prediction reaches, 1 is perfect, -1 is
 *     no number
 * @param seconds that this stage took
 */
public record Trial(
        Patch patch, Stage stage, long seed, long steps, double skill, double seconds) {}
