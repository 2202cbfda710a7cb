package org.evengrad.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;

/**
 * Uses the classes that checking and training take, for the launcher, which has the JVM archive
 * them: one process makes one archive.
 */
final class ClassArchive {
    private ClassArchive() {}

    /**
     * Checks and trains, and says nothing.
     *
     * @param arguments a configuration, and a folder for the run
     */
    public static void main(String[] arguments) {
        PrintWriter silent = new PrintWriter(Writer.nullWriter());
        Surroundings surroundings = Surroundings.of(System.getProperties(), System.getenv());
        Path config = Path.of(arguments[0]);
        Main.run(new String[] {"check", config.toString()}, silent, silent, surroundings);
        Main.run(
                new String[] {"train", config.toString(), "--run-dir", arguments[1]},
                silent,
                silent,
                surroundings);
    }
}
