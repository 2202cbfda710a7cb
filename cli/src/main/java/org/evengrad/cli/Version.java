package org.evengrad.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest names, and what it runs on. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Main.class.getPackage().getImplementationVersion();
        return new String[] {
            "evengrad "
                    + (version == null ? "development" : version)
                    + " (Java "
                    + Runtime.version()
                    + ", "
                    + System.getProperty("os.name")
                    + " "
                    + System.getProperty("os.arch")
                    + ")"
        };
    }
}
