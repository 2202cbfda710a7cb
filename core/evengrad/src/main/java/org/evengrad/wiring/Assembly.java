package org.evengrad.wiring;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import java.nio.file.Path;
import java.util.List;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.operations.Evaluate;
import org.evengrad.operations.Train;

/** Evengrad, put together, for those who do not want to see Guice. */
public final class Assembly {
    private final Injector injector;

    /**
     * Puts it together.
     *
     * @param loader sees the SPI and the plugins on the class path
     * @param pluginFolders folders of plugin jars, which must exist
     */
    public Assembly(ClassLoader loader, List<Path> pluginFolders) {
        injector =
                Guice.createInjector(Stage.DEVELOPMENT, new EvengradModule(loader, pluginFolders));
    }

    /** What is installed. */
    public StrategyRegistry registry() {
        return injector.getInstance(StrategyRegistry.class);
    }

    /** The operation that trains. */
    public Train train() {
        return injector.getInstance(Train.class);
    }

    /** The operation that evaluates. */
    public Evaluate evaluate() {
        return injector.getInstance(Evaluate.class);
    }
}
