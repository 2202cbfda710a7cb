package org.evengrad.config.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.annotation.AnnotationFormatError;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * Finds strategies on the class path and in folders of plugin jars.
 *
 * <p>A strategy is named by a service file, as {@link java.util.ServiceLoader} wants it. The files
 * are read here, one by one: a service loader sees the providers of a jar together with those of
 * its parents, and drops a class that two jars name without a word.
 *
 * @since 0.1.0
 */
public final class PluginLoader {
    private static final String SERVICES = "META-INF/services/";
    private static final String JAR = ".jar";

    /** A plugin that is a folder keeps its jars in itself, or in a folder of libraries inside. */
    private static final int FOLDER_DEPTH = 2;

    private final ClassLoader parent;
    private final PluginIndex index;
    private final JarHashes hashes = new JarHashes();
    private final Map<Path, List<Path>> jarsByPlugin = new LinkedHashMap<>();
    private final List<Installed> strategies = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private PluginLoader(ClassLoader parent, PluginIndex index) {
        this.parent = parent;
        this.index = index;
    }

    /**
     * Loads what is installed. What is wrong with one plugin is reported by {@link
     * StrategyRegistry#problems()}, and the others work. The jars stay open as long as their
     * strategies are in use.
     *
     * @param parent the loader of the class path, and the parent of every plugin
     * @param folders folders that hold a jar for each plugin, or a folder for each plugin that
     *     brings libraries
     * @param bound strategies that the application adds without a jar; their types count, not their
     *     values
     * @throws InvalidInputException if a folder does not exist, or a bound strategy is not valid
     */
    public static StrategyRegistry load(
            ClassLoader parent, List<Path> folders, Collection<? extends Record> bound) {
        return load(parent, folders, bound, PluginLock.NONE);
    }

    /**
     * Loads what is installed, if every jar in the folders may be loaded. What is on the class path
     * or bound is the application's own, and no lock applies to it.
     *
     * @param lock the jars that may be loaded; the others are refused before any of their code runs
     * @throws InvalidInputException if a folder does not exist, a jar is not in the lock, or a
     *     bound strategy is not valid
     */
    public static StrategyRegistry load(
            ClassLoader parent,
            List<Path> folders,
            Collection<? extends Record> bound,
            PluginLock lock) {
        return load(parent, folders, bound, lock, PluginIndex.NONE);
    }

    /**
     * Loads what is installed, as far as a lock allows, and opens only the jars that an index does
     * not know. The others are opened when one of their strategies is asked for.
     *
     * @param index what earlier starts found; is written again if there are new jars
     * @throws InvalidInputException if a folder does not exist, a jar is not in the lock, or a
     *     bound strategy is not valid
     */
    public static StrategyRegistry load(
            ClassLoader parent,
            List<Path> folders,
            Collection<? extends Record> bound,
            PluginLock lock,
            PluginIndex index) {
        PluginLoader loader = new PluginLoader(parent, index);
        loader.findPlugins(folders);
        List<Path> jars = new ArrayList<>();
        loader.jarsByPlugin.values().forEach(jars::addAll);
        lock.check(jars, loader.hashes);
        loader.loadClassPath();
        loader.jarsByPlugin.forEach(loader::install);
        index.write();
        loader.addBound(bound);
        jars.sort(null);
        return new StrategyRegistry(loader.strategies, loader.problems, jars, loader.hashes);
    }

    private void loadClassPath() {
        for (Kind kind : Kind.values()) {
            String resource = SERVICES + kind.type().getName();
            // A chain of loaders may list one file several times, hence the map.
            Map<String, URL> files = new LinkedHashMap<>();
            try {
                parent.getResources(resource)
                        .asIterator()
                        .forEachRemaining(url -> files.put(url.toString(), url));
            } catch (IOException unreadable) {
                problems.add(Problem.of("the class path cannot be read: " + unreadable));
            }
            files.forEach((text, url) -> loadResource(kind, url, place(text, resource)));
        }
    }

    /** The jar or folder that a resource lies in. */
    private static String place(String url, String resource) {
        String root = url.substring(0, url.length() - resource.length()).replaceFirst("!?/$", "");
        String place = root.startsWith("jar:") ? root.substring("jar:".length()) : root;
        boolean isFile = place.startsWith("file:") && !place.contains("!");
        return isFile ? Path.of(URI.create(place)).toString() : place;
    }

    private void loadResource(Kind kind, URL url, String place) {
        Origin origin = new Origin(null, place);
        try {
            URLConnection connection = url.openConnection();
            // A cached jar would stay open, and locked on Windows, for the life of the process.
            connection.setUseCaches(false);
            try (InputStream file = connection.getInputStream()) {
                providers(file).forEach(name -> add(kind, name, parent, origin));
            }
        } catch (IOException unreadable) {
            problems.add(problem(origin, "cannot be read: " + unreadable.getMessage()));
        }
    }

    private void findPlugins(List<Path> folders) {
        Set<Path> distinct = new LinkedHashSet<>();
        List<Problem> absent = new ArrayList<>();
        for (Path folder : folders) {
            try {
                if (Files.isDirectory(folder)) {
                    distinct.add(folder.toRealPath());
                } else {
                    absent.add(Problem.inFile(folder, "there is no such folder of plugins"));
                }
            } catch (IOException unreadable) {
                absent.add(Problem.inFile(folder, "cannot be read: " + unreadable.getMessage()));
            }
        }
        if (!absent.isEmpty()) {
            throw new InvalidInputException(absent);
        }
        distinct.forEach(this::findPlugins);
    }

    private void findPlugins(Path folder) {
        for (Path entry : list(folder, 1)) {
            if (isJar(entry)) {
                jarsByPlugin.put(entry, List.of(entry));
            } else if (Files.isDirectory(entry)) {
                List<Path> jars = list(entry, FOLDER_DEPTH).stream().filter(this::isJar).toList();
                if (!jars.isEmpty()) {
                    jarsByPlugin.put(entry, jars);
                }
            }
        }
    }

    private boolean isJar(Path path) {
        return Files.isRegularFile(path)
                && path.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(JAR);
    }

    private List<Path> list(Path folder, int depth) {
        try (Stream<Path> entries = Files.walk(folder, depth)) {
            return entries.filter(entry -> !entry.equals(folder)).sorted().toList();
        } catch (IOException | UncheckedIOException unreadable) {
            problems.add(Problem.inFile(folder, "cannot be read: " + unreadable.getMessage()));
            return List.of();
        }
    }

    /**
     * Takes what is known of a plugin of one jar, and opens the others. A plugin that brings
     * libraries depends on more than one jar says.
     */
    private void install(Path plugin, List<Path> jars) {
        String sha256 = jars.size() == 1 && index.isKept() ? sha256(jars.get(0)) : null;
        if (sha256 == null) {
            loadPlugin(plugin, jars);
            return;
        }
        List<PluginIndex.Entry> known = index.of(sha256);
        if (known != null) {
            new KnownJar(plugin, jars.get(0)).install(known);
            return;
        }
        int strategiesBefore = strategies.size();
        int problemsBefore = problems.size();
        loadPlugin(plugin, jars);
        if (problems.size() == problemsBefore) {
            index.add(
                    sha256,
                    strategies.subList(strategiesBefore, strategies.size()).stream()
                            .map(Installed::entry)
                            .toList());
        }
    }

    private String sha256(Path jar) {
        try {
            return hashes.of(jar).sha256();
        } catch (UncheckedIOException unreadable) {
            // Opening it says so.
            return null;
        }
    }

    /** A jar that the index knows: it is opened when the first of its strategies is asked for. */
    private final class KnownJar {
        private final Path plugin;
        private final Path jar;
        private ClassLoader loader;

        KnownJar(Path plugin, Path jar) {
            this.plugin = plugin;
            this.jar = jar;
        }

        void install(List<PluginIndex.Entry> entries) {
            Origin origin = Origin.ofJar(jar);
            for (PluginIndex.Entry entry : entries) {
                strategies.add(
                        new Installed(
                                entry.kind(),
                                entry.name(),
                                entry.className(),
                                origin,
                                () -> load(entry, origin)));
            }
        }

        private synchronized StrategyType load(PluginIndex.Entry entry, Origin origin) {
            if (loader == null) {
                loader = new URLClassLoader(plugin.toString(), new URL[] {url(jar)}, parent);
            }
            return describe(entry.kind(), entry.className(), loader, origin);
        }
    }

    /** Loads the jars of one plugin through a loader of its own. */
    private void loadPlugin(Path plugin, List<Path> jars) {
        Map<Path, Map<Kind, Set<String>>> readable = new LinkedHashMap<>();
        for (Path jar : jars) {
            try {
                readable.put(jar, providers(jar));
            } catch (IOException broken) {
                problems.add(
                        Problem.inFile(jar, "cannot be read as a jar: " + broken.getMessage()));
            }
        }
        if (readable.isEmpty()) {
            return;
        }
        if (readable.values().stream().allMatch(Map::isEmpty)) {
            String interfaces =
                    Stream.of(Kind.values())
                            .map(kind -> kind.type().getSimpleName())
                            .collect(Collectors.joining(", "));
            problems.add(
                    Problem.inFile(
                            plugin,
                            "holds no strategy: "
                                    + SERVICES
                                    + " names no provider of "
                                    + interfaces));
            return;
        }
        URL[] urls = readable.keySet().stream().map(PluginLoader::url).toArray(URL[]::new);
        URLClassLoader loader = new URLClassLoader(plugin.toString(), urls, parent);
        readable.forEach(
                (jar, services) ->
                        services.forEach(
                                (kind, names) ->
                                        names.forEach(
                                                name ->
                                                        add(
                                                                kind,
                                                                name,
                                                                loader,
                                                                Origin.ofJar(jar)))));
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException("every file has a URL", impossible);
        }
    }

    private static Map<Kind, Set<String>> providers(Path jar) throws IOException {
        Map<Kind, Set<String>> services = new LinkedHashMap<>();
        try (JarFile file = new JarFile(jar.toFile(), false)) {
            for (Kind kind : Kind.values()) {
                ZipEntry entry = file.getEntry(SERVICES + kind.type().getName());
                if (entry != null) {
                    try (InputStream content = file.getInputStream(entry)) {
                        services.put(kind, providers(content));
                    }
                }
            }
        }
        services.values().removeIf(Set::isEmpty);
        return services;
    }

    private static Set<String> providers(InputStream serviceFile) throws IOException {
        return new String(serviceFile.readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.contains("#") ? line.substring(0, line.indexOf('#')) : line)
                .map(String::trim)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private void add(Kind kind, String className, ClassLoader loader, Origin origin) {
        try {
            strategies.add(Installed.of(describe(kind, className, loader, origin)));
        } catch (InvalidInputException refused) {
            problems.addAll(refused.problems());
        }
    }

    /**
     * Describes a provider.
     *
     * @throws InvalidInputException if it cannot be loaded or is no valid strategy; with one
     *     problem, which names the place
     */
    private static StrategyType describe(
            Kind kind, String className, ClassLoader loader, Origin origin) {
        String wrong;
        try {
            Class<?> type = Class.forName(className, false, loader);
            if (kind.type().isAssignableFrom(type)) {
                return StrategyType.describe(type, origin);
            }
            wrong =
                    className
                            + " is named as "
                            + kind.type().getSimpleName()
                            + " and does not implement it";
        } catch (ClassNotFoundException missing) {
            String reason =
                    missing.getCause() == null ? "" : " (" + missing.getCause().getMessage() + ")";
            wrong = "names the class " + className + ", which is not there" + reason;
        } catch (InvalidInputException invalid) {
            String reasons =
                    invalid.problems().stream()
                            .map(Problem::message)
                            .map(message -> message.substring(message.indexOf(": ") + 2))
                            .collect(Collectors.joining("; "));
            wrong = className + " is not a valid strategy: " + reasons;
        } catch (RuntimeException | LinkageError | AnnotationFormatError broken) {
            String hint =
                    broken instanceof NoClassDefFoundError
                            ? ". If a library is missing, put the plugin and its libraries into one"
                                    + " folder inside the folder of plugins"
                            : "";
            wrong = className + " cannot be loaded: " + broken + hint;
        }
        throw new InvalidInputException(problem(origin, wrong));
    }

    private static Problem problem(Origin origin, String message) {
        return new Problem(origin.description(), 0, 0, null, message);
    }

    private void addBound(Collection<? extends Record> bound) {
        List<Problem> invalid = new ArrayList<>();
        for (Record strategy : bound) {
            Class<?> type = strategy.getClass();
            if (strategies.stream().noneMatch(known -> known.describes(type))) {
                try {
                    strategies.add(Installed.of(StrategyType.describe(type, Origin.bound())));
                } catch (InvalidInputException refused) {
                    invalid.addAll(refused.problems());
                }
            }
        }
        if (!invalid.isEmpty()) {
            throw new InvalidInputException(invalid);
        }
    }
}
