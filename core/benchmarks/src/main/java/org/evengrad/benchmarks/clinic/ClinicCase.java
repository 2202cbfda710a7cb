package org.evengrad.benchmarks.clinic;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A network on some data, and what is to be found in it.
 *
 * @param id its name
 * @param family the cases that it is counted with
 * @param kind why it is here
 * @param data what it learns from
 * @param model the configuration without name, seed, data and length
 * @param batch examples in a step
 * @param steps how long it trains
 * @param expected what is to be found
 * @param faster the same with ten times the rate, which tells a rate that is too low from another
 *     illness; null if the cause is known
 * @param brought writes the model that the configuration brings along, if it does
 */
public record ClinicCase(
        String id,
        String family,
        CaseKind kind,
        ClinicData data,
        String model,
        int batch,
        int steps,
        Expected expected,
        String faster,
        BroughtModel brought) {
    /** Raise it when what is written into files changes, so that nothing old is taken for new. */
    static final int REVISION = 2;

    /** Writes a file into the folder of the configuration. */
    public interface BroughtModel {
        /** Nothing is brought. */
        BroughtModel NONE = (folder, seed) -> {};

        /**
         * Writes.
         *
         * @throws IOException if it cannot be written
         */
        void write(Path folder, long seed) throws IOException;
    }

    /** A case as long as its data says, on a network that is built. */
    ClinicCase(
            String id,
            String family,
            CaseKind kind,
            ClinicData data,
            Network network,
            Expected expected) {
        this(
                id,
                family,
                kind,
                data,
                network.text(),
                data.batch(),
                data.steps(),
                expected,
                null,
                BroughtModel.NONE);
    }

    ClinicCase lasting(int otherSteps, int otherBatch) {
        return new ClinicCase(
                id, family, kind, data, model, otherBatch, otherSteps, expected, faster, brought);
    }

    /** The same, with what ten times the rate would be. */
    ClinicCase orFaster(Network network) {
        return new ClinicCase(
                id, family, kind, data, model, batch, steps, expected, network.text(), brought);
    }

    /** The case with ten times the rate, if it is not known what ails this one. */
    Optional<ClinicCase> withTenTimesTheRate() {
        return Optional.ofNullable(faster)
                .map(
                        text ->
                                new ClinicCase(
                                        id + "-faster",
                                        family,
                                        kind,
                                        data,
                                        text,
                                        batch,
                                        steps,
                                        expected,
                                        null,
                                        brought));
    }

    /** Sane networks on the same data, without their fault if they have one, in the same steps. */
    public List<ClinicCase> sane() {
        ClinicData healthy = data.reference();
        List<ClinicCase> cases = new ArrayList<>();
        for (Network network : healthy.sane()) {
            String id = "sane-%s-%d-%d-%d".formatted(healthy.id(), steps, batch, cases.size() + 1);
            cases.add(
                    new ClinicCase(
                                    id,
                                    "sane",
                                    CaseKind.ORDINARY,
                                    healthy,
                                    network,
                                    Expected.ANYTHING)
                            .lasting(steps, batch));
        }
        return cases;
    }

    /**
     * The configuration, all of whose training rows are trained on.
     *
     * @param budget how many times the steps
     */
    String config(long seed, int budget) {
        return config(seed, budget, "validation = 0, ");
    }

    /** The configuration with as many validation rows as are the default. */
    public String configWithValidation(long seed) {
        return config(seed, 1, "");
    }

    private String config(long seed, int budget, String parts) {
        return """
        name = "%s"
        seed = %d
        data { %s, batch-size = %d, %stest = %s }
        training { steps = %d, threads = 1 }
        %s\
        """
                .formatted(
                        id,
                        seed,
                        data.source(seed),
                        batch,
                        parts,
                        data.test(),
                        (long) steps * budget,
                        model);
    }

    /** What tells this configuration from another one of the same name. */
    String hash(long seed, int budget) {
        return hash(config(seed, budget));
    }

    /** What tells a text from another one. */
    public static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest((REVISION + " " + text).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
