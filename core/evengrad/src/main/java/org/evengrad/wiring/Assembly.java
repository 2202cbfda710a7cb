package org.evengrad.wiring;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import java.nio.file.Path;
import java.util.List;
import org.evengrad.config.plugins.PluginLock;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.operations.Evaluate;
import org.evengrad.operations.Export;
import org.evengrad.operations.Train;

/** Evengrad, put together, for those who do not want to see Guice. */
public final class Assembly {
    private final Injector injector;

    /**
     * Puts it together.
     *
     * @param loader sees the SPI and the plugins on the class path
     * @param pluginFolders folders of plugin jars, which must exist
     * @param lock the jars in those folders that may be loaded
     */
    public Assembly(ClassLoader loader, List<Path> pluginFolders, PluginLock lock) {
        injector =
                Guice.createInjector(
                        Stage.DEVELOPMENT, new EvengradModule(loader, pluginFolders, lock));
    }

    /**
     * What is installed.
     *
     * @throws InvalidInputException if a folder does not exist, or a jar is not in the lock
     */
    public StrategyRegistry registry() {
        return instance(StrategyRegistry.class);
    }

    /** The operation that trains. */
    public Train train() {
        return instance(Train.class);
    }

    /** The operation that evaluates. */
    public Evaluate evaluate() {
        return instance(Evaluate.class);
    }

    /** The operation that exports. */
    public Export export() {
        return instance(Export.class);
    }

    /** Guice wraps what a provider throws; the user's mistakes come out as they are. */
    private <T> T instance(Class<T> type) {
        try {
            return injector.getInstance(type);
        } catch (ProvisionException failure) {
            throw failure.getCause() instanceof InvalidInputException invalid ? invalid : failure;
        }
    }
}
