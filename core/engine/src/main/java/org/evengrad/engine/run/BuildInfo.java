package org.evengrad.engine.run;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Properties;

/** What the build knew about the source it built. */
final class BuildInfo {
    private static final String RESOURCE = "build.properties";

    private BuildInfo() {}

    /** The commit that was built, empty when it was built outside a repository. */
    static Optional<String> gitCommit() {
        Properties properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream(RESOURCE)) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.ofNullable(properties.getProperty("git.commit.id"))
                .filter(commit -> commit.matches("[0-9a-f]+"));
    }
}
