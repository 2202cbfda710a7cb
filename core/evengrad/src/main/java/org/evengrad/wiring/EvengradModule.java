package org.evengrad.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.PluginLock;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.network.NetworkBuilder;
import org.evengrad.engine.plan.Planner;
import org.evengrad.operations.Evaluate;
import org.evengrad.operations.Export;
import org.evengrad.operations.Train;

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
    StrategyRegistry registry(@BoundStrategy Set<Record> bound) {
        return PluginLoader.load(loader, pluginFolders, bound, lock);
    }

    @Provides
    @Singleton
    ConfigLoader configLoader(StrategyRegistry registry) {
        return new ConfigLoader(registry);
    }

    @Provides
    @Singleton
    NetworkBuilder networkBuilder(StrategyRegistry registry) {
        return new Dl4jNetworkBuilder(registry);
    }

    @Provides
    @Singleton
    Planner planner(StrategyRegistry registry, NetworkBuilder builder) {
        return new Planner(registry, builder);
    }

    @Provides
    Train train(StrategyRegistry registry, ConfigLoader configs, Planner planner) {
        return new Train(registry, configs, planner, Clock.systemUTC());
    }

    @Provides
    Evaluate evaluate(ConfigLoader configs, NetworkBuilder builder) {
        return new Evaluate(configs, builder);
    }

    @Provides
    Export export(StrategyRegistry registry, ConfigLoader configs) {
        return new Export(registry, configs);
    }
}
