package org.evengrad.benchmarks.clinic;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.evengrad.config.problem.InvalidInputException;

/**
 * Examines cases, some at a time, and tells of each.
 *
 * @param <R> what is found out about a case
 */
public final class Examination<R> {
    private final Examiner<R> examiner;
    private final Function<R, String> line;
    private final int workers;
    private final AtomicInteger refused = new AtomicInteger();

    /**
     * Finds out about a case.
     *
     * @param <R> what is found out
     */
    @FunctionalInterface
    public interface Examiner<R> {
        /**
         * Examines.
         *
         * @throws IOException if a file cannot be read or written
         */
        R examine(ClinicCase each) throws IOException;
    }

    /**
     * An examination.
     *
     * @param examiner for several threads
     * @param line what is told of a case
     * @param workers cases at a time
     */
    public Examination(Examiner<R> examiner, Function<R, String> line, int workers) {
        this.examiner = examiner;
        this.line = line;
        this.workers = workers;
    }

    /**
     * Examines.
     *
     * @return in the order of the cases; those that cannot be run are missing
     * @throws IOException if a file cannot be read or written
     */
    public List<R> of(List<ClinicCase> cases) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(workers);
        try {
            List<Future<Optional<R>>> running = new ArrayList<>();
            for (ClinicCase each : cases) {
                running.add(threads.submit(() -> examine(each)));
            }
            List<R> results = new ArrayList<>();
            for (Future<Optional<R>> one : running) {
                one.get().ifPresent(results::add);
            }
            return results;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException e) {
                throw e;
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private Optional<R> examine(ClinicCase each) throws IOException {
        try {
            R result = examiner.examine(each);
            System.out.println(line.apply(result));
            return Optional.of(result);
        } catch (InvalidInputException unusable) {
            refused.incrementAndGet();
            System.out.println("REFUSED  " + each.id() + ": " + unusable.getMessage());
            return Optional.empty();
        } catch (RuntimeException broken) {
            // A bug in one case should not cost the others.
            refused.incrementAndGet();
            System.out.println(
                    "BROKEN   "
                            + each.id()
                            + ": "
                            + broken
                            + Arrays.stream(broken.getStackTrace())
                                    .filter(frame -> frame.getClassName().contains("evengrad"))
                                    .limit(3)
                                    .map(frame -> "\n    at " + frame)
                                    .collect(Collectors.joining()));
            return Optional.empty();
        }
    }

    /** How many cases could not be run. */
    public int refused() {
        return refused.get();
    }
}
