package org.evengrad;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.diagnosis.repair.Candidates;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.Repair;
import org.evengrad.diagnosis.repair.RepairListener;
import org.evengrad.diagnosis.repair.RepairOptions;
import org.evengrad.diagnosis.repair.RepairProtocol;
import org.evengrad.engine.dl4j.HeldExamples;
import org.evengrad.engine.dl4j.PhysicalCores;
import org.evengrad.engine.dl4j.UserModels;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Scheduler;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Finds the smallest change that makes a program's DL4J network train, and proves it on seeds that
 * played no part in its choice.
 *
 * <pre>{@code
 * Doctor doctor = Doctor.of(() -> newNetwork(), () -> newIterator()).epochs(20);
 * Repair repair = doctor.repair();
 * repair.patch().edits().forEach(edit -> log.info("{}: {}", edit.java(), edit.reason()));
 *
 * Model network = doctor.network(repair.patch());
 * doctor.trainer(network, repair.patch()).fit(iterator, 20);
 * }</pre>
 *
 * <p>Each training is of a copy, with first weights drawn from a seed of its own, the way that the
 * network draws them; weights that were set or trained stay. The examples are read once and held in
 * memory. Networks and iterators of the program are not changed, but the iterators are read.
 *
 * <p>Not tried, for they are the program's: other layers, and paths around layers. For one thread.
 */
public final class Doctor {
    private static final int EPOCHS = 20;

    private final Supplier<? extends Model> networks;
    private final Supplier<?> iterators;
    private Optional<Evengrad> evengrad = Optional.empty();
    private String name = "network";
    private long seed = 42;
    private int threads = PhysicalCores.count();
    private int epochs = EPOCHS;
    private Optional<Optimizer> optimizer = Optional.empty();
    private Optional<Scheduler> schedule = Optional.empty();
    private Optional<List<GradientGuard>> guards = Optional.empty();
    private Optional<Supplier<?>> validation = Optional.empty();
    private Optional<Supplier<?>> test = Optional.empty();
    private Optional<Duration> budget = Optional.empty();
    private boolean fullProof;
    private RepairListener listener = RepairListener.NONE;
    private StopRequest stop = new StopRequest();

    private Doctor(Supplier<? extends Model> networks, Supplier<?> iterators) {
        this.networks = networks;
        this.iterators = iterators;
    }

    /**
     * For networks and the examples that they learn from.
     *
     * @param networks gives an initialized {@code MultiLayerNetwork} or {@code ComputationGraph}
     * @param iterators gives the examples to train on; each can be reset
     */
    public static Doctor of(
            Supplier<? extends Model> networks, Supplier<? extends DataSetIterator> iterators) {
        return new Doctor(networks, iterators);
    }

    /**
     * For networks with several inputs or outputs.
     *
     * @param networks gives an initialized {@code ComputationGraph}
     * @param iterators gives the examples to train on; each can be reset
     */
    public static Doctor ofMultiple(
            Supplier<? extends Model> networks,
            Supplier<? extends MultiDataSetIterator> iterators) {
        return new Doctor(networks, iterators);
    }

    /** Which strategies are installed; without it those on the class path. */
    public Doctor strategies(Evengrad installed) {
        evengrad = Optional.of(installed);
        return this;
    }

    /** What people call the network. */
    public Doctor name(String networkName) {
        name = networkName;
        return this;
    }

    /** What the seeds of all trainings are counted from; 42 without it. */
    public Doctor seed(long firstSeed) {
        seed = firstSeed;
        return this;
    }

    /** How many cores to use; the physical ones without it. */
    public Doctor threads(int count) {
        threads = count;
        return this;
    }

    /**
     * How often the examples are read in a whole training; 20 times without it.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Doctor epochs(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("epochs must be at least 1: " + count);
        }
        epochs = count;
        return this;
    }

    /** What moves the parameters, in place of the network's updater. */
    public Doctor optimizer(Optimizer chosen) {
        optimizer = Optional.of(chosen);
        return this;
    }

    /** What changes the rate, in place of the updater's schedule. */
    public Doctor schedule(Scheduler chosen) {
        schedule = Optional.of(chosen);
        return this;
    }

    /** What inspects gradients, in this order, in place of the network's clipping. */
    public Doctor guards(GradientGuard... chain) {
        guards = Optional.of(List.of(chain));
        return this;
    }

    /** Examples that trainings are compared on; without it 15% of those to train on. */
    public Doctor validation(Supplier<? extends DataSetIterator> iterator) {
        validation = Optional.of(iterator);
        return this;
    }

    /** Examples that trainings are compared on, of several inputs or outputs. */
    public Doctor validationOfMultiple(Supplier<? extends MultiDataSetIterator> iterator) {
        validation = Optional.of(iterator);
        return this;
    }

    /**
     * Examples that nothing is chosen by, for {@link Repair#before()} and {@link Repair#after()},
     * which are empty without it.
     */
    public Doctor test(Supplier<? extends DataSetIterator> iterator) {
        test = Optional.of(iterator);
        return this;
    }

    /** Examples that nothing is chosen by, of several inputs or outputs. */
    public Doctor testOfMultiple(Supplier<? extends MultiDataSetIterator> iterator) {
        test = Optional.of(iterator);
        return this;
    }

    /** How long the attempt may take; without it as long as it takes. */
    public Doctor budget(Duration time) {
        budget = Optional.of(time);
        return this;
    }

    /** Proves on five fresh seeds over the whole length, in place of three over a quarter. */
    public Doctor fullProof() {
        fullProof = true;
        return this;
    }

    /** Follows the attempt. */
    public Doctor listener(RepairListener follower) {
        listener = follower;
        return this;
    }

    /** Ends the attempt early when it is told to, with what is known by then. */
    public Doctor stop(StopRequest request) {
        stop = request;
        return this;
    }

    /**
     * Makes the attempt: diagnoses, searches, proves, and trains what passed over the whole length.
     *
     * @throws IllegalArgumentException if the network is not initialized or has no loss, if an
     *     iterator cannot be reset or is empty, or if they do not fit
     * @throws org.evengrad.config.problem.InvalidInputException if a strategy is not installed
     */
    public Repair repair() {
        StrategyRegistry registry = registry();
        ProgramPatient patient = patient(registry);
        return new RepairProtocol(
                        patient,
                        new ProgramRemedies(new Candidates(registry), patient, registry),
                        new RepairOptions(budget, fullProof),
                        listener,
                        stop)
                .run();
    }

    /**
     * A fresh network with the structure and the first weights that a patch asks for. What it asks
     * of the scale of examples is for the program to do; {@link
     * org.evengrad.diagnosis.repair.Edit#java()} says how.
     *
     * @param patch of a repair
     * @return a {@code MultiLayerNetwork} or {@code ComputationGraph}, as the program's own are
     * @throws org.evengrad.config.problem.InvalidInputException if the network cannot be changed so
     */
    public Model network(Patch patch) {
        return patient(registry()).network(patch, seed);
    }

    /**
     * A trainer with the optimizer, schedule and guards that a patch asks for, and otherwise those
     * of this doctor.
     *
     * @param network from {@link #network}, or one that the program has changed itself
     * @param patch of a repair
     */
    public Trainer trainer(Model network, Patch patch) {
        StrategyRegistry registry = registry();
        ProgramPatch changes = ProgramPatch.of(patch, registry);
        Trainer trainer = Trainer.of(network).name(name).seed(seed).threads(threads);
        evengrad.ifPresent(trainer::strategies);
        if (changes.optimizer().isPresent() || changes.rate().isPresent()) {
            trainer.optimizer(
                    changes.optimizerInPlaceOf(
                            optimizer.orElseGet(() -> patient(registry).optimizer()), registry));
        } else {
            optimizer.ifPresent(trainer::optimizer);
        }
        changes.scheduler().or(() -> schedule).ifPresent(trainer::schedule);
        changes.guards()
                .or(() -> guards)
                .ifPresent(chain -> trainer.guards(chain.toArray(GradientGuard[]::new)));
        return trainer;
    }

    private StrategyRegistry registry() {
        return evengrad.orElseGet(Evengrad::create).strategies();
    }

    private ProgramPatient patient(StrategyRegistry registry) {
        Model first = UserModels.copy(networks.get());
        HeldExamples examples =
                HeldExamples.read(
                        first,
                        iterators.get(),
                        validation.map(Supplier::get),
                        test.map(Supplier::get),
                        seed);
        return new ProgramPatient(
                new ProgramPatient.Run(
                        name, seed, threads, epochs, registry, optimizer, schedule, guards),
                first,
                networks,
                examples);
    }
}
