package org.evengrad.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.evengrad.comparison.Compare;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.PluginLock;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.engine.network.NetworkBuilder;
import org.evengrad.engine.plan.Planner;
import org.evengrad.operations.Check;
import org.evengrad.operations.Evaluate;
import org.evengrad.operations.Export;
import org.evengrad.operations.FindLearningRate;
import org.evengrad.operations.Replay;
import org.evengrad.operations.Train;
import org.evengrad.operations.Treat;

/**
 * Puts Evengrad together for an application that uses Guice.
 *
 * <p>Strategies come from the class loader's class path and from plugin folders. An application can
 * add its own without a jar:
 *
 * <pre>{@code
 * Multibinder.newSetBinder(binder(), Record.class, BoundStrategy.class)
 *     .addBinding().toInstance(new MyOptimizer());
 * }</pre>
 */
public final class EvengradModule extends AbstractModule {
    private final ClassLoader loader;
    private final List<Path> pluginFolders;
    private final PluginLock lock;

    /** Plugins on the class path of this library alone. */
    public EvengradModule() {
        this(EvengradModule.class.getClassLoader(), List.of());
    }

    /**
     * Plugins on a class path and in folders.
     *
     * @param loader sees the SPI and the plugins on the class path
     * @param pluginFolders folders of plugin jars, which must exist
     */
    public EvengradModule(ClassLoader loader, List<Path> pluginFolders) {
        this(loader, pluginFolders, PluginLock.NONE);
    }

    /**
     * Plugins on a class path, and in folders as far as a lock allows.
     *
     * @param loader sees the SPI and the plugins on the class path
     * @param pluginFolders folders of plugin jars, which must exist
     * @param lock the jars in those folders that may be loaded
     */
    public EvengradModule(ClassLoader loader, List<Path> pluginFolders, PluginLock lock) {
        this.loader = loader;
        this.pluginFolders = List.copyOf(pluginFolders);
        this.lock = lock;
    }

    @Override
    protected void configure() {
        Multibinder.newSetBinder(binder(), Record.class, BoundStrategy.class);
    }

    @Provides
    @Singleton
    Assembly assembly(@BoundStrategy Set<Record> bound) {
        return new Assembly(PluginLoader.load(loader, pluginFolders, bound, lock));
    }

    @Provides
    StrategyRegistry registry(Assembly assembly) {
        return assembly.registry();
    }

    @Provides
    ConfigLoader configLoader(Assembly assembly) {
        return assembly.configs();
    }

    @Provides
    NetworkBuilder networkBuilder(Assembly assembly) {
        return assembly.builder();
    }

    @Provides
    Planner planner(Assembly assembly) {
        return assembly.planner();
    }

    @Provides
    Train train(Assembly assembly) {
        return assembly.train();
    }

    @Provides
    Replay replay(Assembly assembly) {
        return assembly.replay();
    }

    @Provides
    Check check(Assembly assembly) {
        return assembly.check();
    }

    @Provides
    Compare compare(Assembly assembly) {
        return assembly.compare();
    }

    @Provides
    FindLearningRate findLearningRate(Assembly assembly) {
        return assembly.findLearningRate();
    }

    @Provides
    Treat treat(Assembly assembly) {
        return assembly.treat();
    }

    @Provides
    Evaluate evaluate(Assembly assembly) {
        return assembly.evaluate();
    }

    @Provides
    Export export(Assembly assembly) {
        return assembly.export();
    }
}
