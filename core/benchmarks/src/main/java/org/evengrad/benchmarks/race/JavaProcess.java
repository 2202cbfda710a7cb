package org.evengrad.benchmarks.race;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command of a Java process with the class path and the options of this one. */
final class JavaProcess {
    private JavaProcess() {}

    /**
     * The command.
     *
     * @param mainClass what it runs
     * @param options more options
     * @param arguments of the main class
     */
    static List<String> command(String mainClass, List<String> options, String... arguments) {
        String java = System.getProperty("java.home") + File.separator + "bin" + File.separator;
        List<String> command = new ArrayList<>();
        command.add(Path.of(java + "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-Drace.") && !option.startsWith("-agentlib"))
                .forEach(command::add);
        command.addAll(options);
        command.add("-classpath");
        command.add(System.getProperty("java.class.path"));
        command.add(mainClass);
        command.addAll(List.of(arguments));
        return command;
    }
}
