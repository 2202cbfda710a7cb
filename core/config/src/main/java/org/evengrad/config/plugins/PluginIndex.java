package org.evengrad.config.plugins;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.evengrad.spi.Strategy;

/**
 * Which strategies are in which plugin jars, so that a start opens only the jars of those that it
 * uses: opening a hundred jars and checking what is in them takes longer than all else that comes
 * before the first step.
 *
 * <p>A jar is known by the SHA-256 of its content, which is computed at each start. So a jar that
 * is replaced, whatever its name and its time, is looked at again, and the index never says
 * anything wrong of a jar. Jars in which something is wrong are not in it, and are reported each
 * time. The file is written again when there are new jars; where it cannot be read or written, all
 * jars are opened.
 *
 * @since 0.1.0
 */
public final class PluginIndex {
    /** Knows nothing and keeps nothing. */
    public static final PluginIndex NONE = new PluginIndex(null, "");

    private static final String FORMAT = "evengrad-plugins-1";
    private static final int FIELDS = 4;

    /** Entries of jars that are gone are dropped when there are more. */
    private static final int MOST_JARS = 1000;

    private final Path file;
    private final String rules;
    private final Map<String, List<Entry>> read = new LinkedHashMap<>();
    private final Map<String, List<Entry>> found = new LinkedHashMap<>();

    /**
     * A strategy in a jar.
     *
     * @param kind which of the five
     * @param name that a configuration uses
     * @param className of its record
     */
    record Entry(Kind kind, String name, String className) {}

    private PluginIndex(Path file, String rules) {
        this.file = file;
        this.rules = rules;
    }

    /**
     * The index in a file.
     *
     * @param file need not exist, nor be readable or writable
     */
    public static PluginIndex at(Path file) {
        String rules = rules();
        return rules == null ? NONE : at(file, rules);
    }

    /** The index in a file, if it was made by the same rules. */
    static PluginIndex at(Path file, String rules) {
        PluginIndex index = new PluginIndex(file, rules);
        index.read();
        return index;
    }

    /**
     * What decides whether a jar's strategies are valid: Java, the SPI, and the code that checks
     * them. Null if these are no jars, but folders that change at any time.
     */
    private static String rules() {
        String config = stamp(PluginIndex.class);
        String spi = stamp(Strategy.class);
        return config == null || spi == null
                ? null
                : (System.getProperty("java.runtime.version") + '-' + config + '-' + spi)
                        .replace(' ', '_');
    }

    private static String stamp(Class<?> part) {
        CodeSource source = part.getProtectionDomain().getCodeSource();
        if (source == null || !source.getLocation().getProtocol().equals("file")) {
            return null;
        }
        try {
            Path jar = Path.of(source.getLocation().toURI());
            return Files.isRegularFile(jar)
                    ? Files.size(jar) + "@" + Files.getLastModifiedTime(jar).toMillis()
                    : null;
        } catch (IOException | URISyntaxException unknown) {
            return null;
        }
    }

    private void read() {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException absentOrUnreadable) {
            return;
        }
        int last = text.lastIndexOf('\n', text.length() - 2) + 1;
        String content = text.substring(0, last);
        if (!text.substring(last).equals(checksum(content)) || !parse(content)) {
            read.clear();
        }
    }

    private boolean parse(String content) {
        String[] lines = content.split("\n");
        if (!lines[0].equals(header())) {
            return false;
        }
        for (int i = 1; i < lines.length; i++) {
            String[] fields = lines[i].split(" ");
            if (fields.length != FIELDS) {
                return false;
            }
            read.computeIfAbsent(fields[0], sha256 -> new ArrayList<>())
                    .add(new Entry(Kind.valueOf(fields[1]), fields[2], fields[FIELDS - 1]));
        }
        return true;
    }

    private String header() {
        return FORMAT + ' ' + rules;
    }

    /** The last line, by which a damaged file is told. */
    private static String checksum(String content) {
        CRC32 crc = new CRC32();
        crc.update(content.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue()) + '\n';
    }

    /** Whether anything can be remembered. */
    boolean isKept() {
        return file != null;
    }

    /** The strategies in a jar; null if it is not known. */
    List<Entry> of(String sha256) {
        return read.get(sha256);
    }

    /** Remembers a jar that was opened, and in which nothing is wrong. */
    void add(String sha256, List<Entry> strategies) {
        found.put(sha256, strategies);
    }

    /** Writes what was added, if anything was; a start that cannot write it loses nothing else. */
    void write() {
        if (found.isEmpty()) {
            return;
        }
        if (read.size() + found.size() <= MOST_JARS) {
            read.forEach(found::putIfAbsent);
        }
        StringBuilder content = new StringBuilder(header()).append('\n');
        found.forEach(
                (sha256, entries) ->
                        entries.forEach(
                                entry ->
                                        content.append(sha256)
                                                .append(' ')
                                                .append(entry.kind().name())
                                                .append(' ')
                                                .append(entry.name())
                                                .append(' ')
                                                .append(entry.className())
                                                .append('\n')));
        try {
            Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
            // Not a temporary file of Java's: other users are to read it.
            Path temporary =
                    folder.resolve(file.getFileName() + "." + ProcessHandle.current().pid());
            try {
                Files.writeString(temporary, content + checksum(content.toString()));
                replace(temporary);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException | SecurityException notWritable) {
            // The next start opens all jars, as this one did.
        }
    }

    private void replace(Path temporary) throws IOException {
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException elsewhere) {
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
