package org.evengrad.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.Callable;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Writes a commented configuration to start from. */
@Command(
        name = "init",
        description = "Write a commented configuration to start from.",
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%n",
        footerHeading = "%nExample:%n",
        footer = {"  evengrad init net.conf && evengrad train net.conf"})
final class InitCommand implements Callable<Integer> {
    @ParentCommand private EvengradCommand evengrad;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            defaultValue = "net.conf",
            description = "The file to write; must not exist. Without it: ${DEFAULT-VALUE}.")
    private Path file;

    @Override
    public Integer call() {
        if (Files.exists(file)) {
            throw exists();
        }
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(
                    Problem.inFile(file, "cannot be written: there is no folder " + folder));
        }
        write(folder, ConfigLoader.starter());
        if (evengrad.json()) {
            evengrad.out().println(Json.text(Map.of("file", file.toAbsolutePath().toString())));
        } else {
            evengrad.out().println("Wrote " + file + ". Train with: evengrad train " + file);
        }
        return ExitCode.DONE;
    }

    /** The file appears whole or not at all. */
    private void write(Path folder, String text) {
        long process = ProcessHandle.current().pid();
        Path temporary = folder.resolve("." + file.getFileName() + "." + process + ".tmp");
        try {
            try {
                try (FileChannel channel =
                        FileChannel.open(
                                temporary,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.CREATE_NEW)) {
                    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                    channel.force(true);
                }
                Files.move(temporary, file);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (FileAlreadyExistsException appeared) {
            throw exists();
        } catch (AccessDeniedException denied) {
            throw new InvalidInputException(
                    Problem.inFile(file, "cannot be written: permission denied in " + folder));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private InvalidInputException exists() {
        return new InvalidInputException(
                Problem.inFile(file, "exists already; name another file, or delete it first"));
    }
}
