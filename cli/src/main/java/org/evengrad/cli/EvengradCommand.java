package org.evengrad.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.evengrad.Evengrad;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.PluginLock;
import org.evengrad.config.plugins.StrategyRegistry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command without a subcommand: holds the options that every command takes, and what the
 * commands share.
 */
@Command(
        name = "evengrad",
        versionProvider = Version.class,
        description =
                "Keeps gradients even: trains neural networks, and prevents, finds and repairs"
                        + " vanishing and exploding gradients.",
        synopsisHeading = "Usage: ",
        customSynopsis = "evengrad [OPTIONS] COMMAND [ARGUMENTS]",
        descriptionHeading = "%n",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions of every command:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, and healthy",
            "1:a bug, or the machine failed",
            "2:the input is wrong",
            "3:unhealthy: diverged, or an error among the verdicts",
            "4:undecided: the budget ran out first, or no learning rate stands out",
            "130:interrupted, after a checkpoint"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  evengrad train net.conf               train it",
            "  evengrad check net.conf               will its gradients vanish or explode?",
            "  evengrad doctor net.conf              what makes it learn, proved",
            "  evengrad find-lr net.conf             a learning rate that works",
            "  evengrad evaluate runs/net-001        score its model",
            "  evengrad export runs/net-001 net.zip  the same for plain DL4J",
            "  evengrad init net.conf                a configuration to start from",
            "  evengrad strategies                   what is installed",
            "  evengrad strategies optimizers adam   its options, defaults and paper",
            "",
            "evengrad COMMAND --help explains a command.",
            "EVENGRAD_OPTS holds options for Java, for example -Xmx4g."
        })
final class EvengradCommand implements Runnable {
    private final PrintWriter out;
    private final PrintWriter err;
    private final Surroundings surroundings;
    private final Set<Path> plugins = new LinkedHashSet<>();
    private StrategyRegistry registry;

    @Spec private CommandSpec spec;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Print one JSON object, also for errors.")
    private boolean json;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Print the stack trace of a failure.")
    private boolean verbose;

    @Option(
            names = "--lock",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description =
                    "Load plugin jars only if this file lists their SHA-256:"
                            + " sha256sum plugins/*.jar > FILE makes one.")
    private Path lock;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Explain the command.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version.")
    private boolean version;

    EvengradCommand(PrintWriter out, PrintWriter err, Surroundings surroundings) {
        this.out = out;
        this.err = err;
        this.surroundings = surroundings;
    }

    /** Takes folders from before and from after the command; a field would keep the latter only. */
    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "A folder of further plugin jars. May be given more than once.")
    private void plugins(List<Path> folders) {
        if (folders != null) {
            plugins.addAll(folders);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** Standard output. */
    PrintWriter out() {
        return out;
    }

    /** Standard error. */
    PrintWriter err() {
        return err;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    /** Whether the result is to be one JSON object. */
    boolean json() {
        return json;
    }

    /** Whether stack traces are wanted. */
    boolean verbose() {
        return verbose || surroundings.debug();
    }

    /**
     * The installed strategies: of the class path, the distribution and {@code --plugins}. What is
     * wrong with a plugin is printed once, as a warning; the others work.
     *
     * @throws org.evengrad.config.problem.InvalidInputException if a folder does not exist, or a
     *     jar is not in the lock file
     */
    StrategyRegistry registry() {
        if (registry == null) {
            registry =
                    PluginLoader.load(
                            Main.class.getClassLoader(),
                            pluginFolders(),
                            List.of(),
                            pluginLock(),
                            surroundings.pluginIndex());
            registry.problems().forEach(problem -> err.println("warning: " + problem));
        }
        return registry;
    }

    /**
     * Evengrad with the same strategies.
     *
     * @throws org.evengrad.config.problem.InvalidInputException if a folder does not exist, or a
     *     jar is not in the lock file
     */
    Evengrad facade() {
        return Evengrad.create(registry());
    }

    private List<Path> pluginFolders() {
        List<Path> folders = new ArrayList<>(surroundings.plugins());
        folders.addAll(plugins);
        return folders;
    }

    private PluginLock pluginLock() {
        return lock == null ? PluginLock.NONE : PluginLock.read(lock);
    }
}
