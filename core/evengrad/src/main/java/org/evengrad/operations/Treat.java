package org.evengrad.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.diagnosis.repair.Candidates;
import org.evengrad.diagnosis.repair.ConfigPatient;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.PatchFile;
import org.evengrad.diagnosis.repair.Patient;
import org.evengrad.diagnosis.repair.Repair;
import org.evengrad.diagnosis.repair.RepairProtocol;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.run.AtomicFile;
import org.evengrad.engine.run.RunFolder;
import org.evengrad.report.HtmlReport;

/**
 * Finds the smallest change that makes a configuration train, proves it, and writes it beside the
 * configuration, which stays as it is.
 */
public final class Treat {
    private final StrategyRegistry registry;
    private final ConfigLoader configs;
    private final Planner planner;
    private final Clock clock;

    /**
     * The operation.
     *
     * @param registry what is installed
     * @param configs reads configurations
     * @param planner loads data and builds networks
     * @param clock tells when runs start and end
     */
    public Treat(StrategyRegistry registry, ConfigLoader configs, Planner planner, Clock clock) {
        this.registry = registry;
        this.configs = configs;
        this.planner = planner;
        this.clock = clock;
    }

    /**
     * Repairs.
     *
     * @throws InvalidInputException if the configuration, the data or the folder cannot be used, or
     *     the repaired configuration cannot be written; nothing has then been trained
     * @throws UncheckedIOException if a folder cannot be written any more
     */
    public Treatment run(RepairRequest request) {
        ConfigPatient patient =
                new ConfigPatient(configs, planner, request.config(), request.overrides());
        mustBeWritable(request.repairedConfig());
        TreatmentFolder folder =
                new TreatmentFolder(
                        request.folder()
                                .map(RunFolder::at)
                                .orElseGet(
                                        () ->
                                                RunFolder.next(
                                                        request.runs(), patient.name() + "-doctor"))
                                .path());
        try {
            Repair repair =
                    new RepairProtocol(
                                    patient,
                                    new Candidates(registry),
                                    request.options(),
                                    new RepairRecorder(folder, registry, clock, request.listener()),
                                    request.stop())
                            .run();
            return written(request, repair, notes(patient, repair.patch()), folder);
        } catch (InvalidInputException refused) {
            deleteIfEmpty(folder.path());
            throw refused;
        }
    }

    private static List<String> notes(Patient patient, Patch patch) {
        List<String> notes = new ArrayList<>(patient.notes());
        if (!patch.isEmpty()) {
            notes.addAll(patient.notes(patch));
        }
        return notes;
    }

    private static Treatment written(
            RepairRequest request, Repair repair, List<String> notes, TreatmentFolder folder) {
        boolean patched = repair.isTried();
        Treatment treatment =
                new Treatment(
                        repair,
                        patched ? PatchFile.text(repair.patch()) : "",
                        notes,
                        folder,
                        patched ? Optional.of(request.repairedConfig()) : Optional.empty());
        try {
            if (patched) {
                AtomicFile.writeText(
                        request.repairedConfig(),
                        PatchFile.repaired(request.config(), request.overrides(), repair.patch()));
            }
            AtomicFile.writeText(folder.json(), TreatmentJson.of(treatment));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (RunFolder run : new RunFolder[] {folder.control(), folder.repaired()}) {
            if (Files.exists(run.manifest())) {
                HtmlReport.write(run.path());
            }
        }
        HtmlReport.write(folder.path());
        return treatment;
    }

    /** By trying it: the rights of a file do not tell of a disk that cannot be written. */
    private static void mustBeWritable(Path file) {
        if (Files.isDirectory(file)) {
            throw new InvalidInputException(
                    Problem.inFile(file, "is a folder, and where the repaired configuration goes"));
        }
        try {
            Files.delete(Files.createTempFile(file.getParent(), ".evengrad", ".tmp"));
        } catch (IOException e) {
            throw new InvalidInputException(
                    Problem.inFile(
                            file,
                            "cannot be written, and is where the repaired configuration goes ("
                                    + e.getClass().getSimpleName()
                                    + "); copy the configuration to a folder of yours"));
        }
    }

    private static void deleteIfEmpty(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException notEmpty) {
            // What was written stays.
            return;
        }
    }
}
