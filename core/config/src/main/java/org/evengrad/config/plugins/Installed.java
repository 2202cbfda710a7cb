package org.evengrad.config.plugins;

import java.util.function.Supplier;

/** A strategy of which the name is known, and the rest when someone asks for it. */
final class Installed {
    private final Kind kind;
    private final String name;
    private final String className;
    private final Origin origin;
    private final Supplier<StrategyType> source;
    private StrategyType type;

    /**
     * One that is described later.
     *
     * @param className of its record
     * @param origin where it is
     * @param source describes it; is asked once
     */
    Installed(
            Kind kind,
            String name,
            String className,
            Origin origin,
            Supplier<StrategyType> source) {
        this.kind = kind;
        this.name = name;
        this.className = className;
        this.origin = origin;
        this.source = source;
    }

    /** One that is described. */
    static Installed of(StrategyType type) {
        return new Installed(
                type.kind(), type.name(), type.type().getName(), type.origin(), () -> type);
    }

    Kind kind() {
        return kind;
    }

    String name() {
        return name;
    }

    /** What an index keeps of it. */
    PluginIndex.Entry entry() {
        return new PluginIndex.Entry(kind, name, className);
    }

    Origin origin() {
        return origin;
    }

    /**
     * Its description.
     *
     * @throws org.evengrad.config.problem.InvalidInputException if it cannot be loaded, although it
     *     could when its jar was looked at
     */
    synchronized StrategyType type() {
        if (type == null) {
            type = source.get();
        }
        return type;
    }

    /** Whether this is the record. Looks into its jar only if the class has the same name. */
    boolean describes(Class<?> record) {
        return className.equals(record.getName()) && type().type() == record;
    }

    /** The kind and the name, as a message writes them: {@code optimizer 'adam'}. */
    @Override
    public String toString() {
        return kind.singular() + " '" + name + "'";
    }
}
