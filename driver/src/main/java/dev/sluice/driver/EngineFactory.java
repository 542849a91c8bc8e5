// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.engine.Engine;
import dev.sluice.engine.EventBus;
import dev.sluice.engine.watch.ProgramState.Budget;
import dev.sluice.engine.watch.ProgramState.ProcessState;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Makes the engines of one program, one for each context in turn, and keeps what outlives a context: workers' zygotes, or
 * the places in executors. The program's {@link DriverServer} calls it under a lock of its own, but for the questions,
 * which may come at any time.
 */
public interface EngineFactory extends AutoCloseable {
    /**
     * Starts an engine for a context; the one before is closed.
     *
     * @param config the program with this context's settings
     * @param events hears what happens
     * @return the engine, which the caller closes
     * @throws IOException if what it needs cannot be started
     */
    Engine start(DriverConfig config, EventBus events) throws IOException;

    /**
     * Lets go of what a context left once its engine is closed: workers, and these broadcasts in them.
     *
     * @param broadcasts the ids of the broadcasts that there were
     */
    void clear(Collection<Long> broadcasts);

    /**
     * Tells which processes serve the program.
     *
     * @return {@code workers} and {@code zygotes}, lists of pids, and {@code forks}, a count
     */
    Map<String, Object> workers();

    /**
     * Tells what is kept of cached partitions.
     *
     * @return {@code cached} and {@code cacheLimit} in bytes
     */
    Map<String, Object> cache();

    /**
     * Measures the processes that serve the program, for people to look at.
     *
     * @param driver the driver's process
     * @return the driver's, and those that it has here
     */
    default List<ProcessState> processes(long driver) {
        return List.of();
    }

    /**
     * Tells how full the engine's stores are, for people to look at.
     *
     * @return its budgets
     */
    default List<Budget> budgets() {
        return List.of();
    }

    /**
     * Tells what the workers run; waits for a zygote.
     *
     * @return {@code python} and {@code cloudpickle}
     * @throws IOException if no zygote starts
     */
    Map<String, String> versions() throws IOException;

    /**
     * Tells what runs the context's tasks, where the program cannot know it: of an engine on machines elsewhere.
     *
     * @return {@code slots}, {@code application}, {@code version} and {@code ui}; nothing if the program knows
     * @throws IOException if it cannot be had
     */
    default Map<String, Object> engine() throws IOException {
        return Map.of();
    }

    /**
     * Brings a file to where tasks run, below the directory of added files there.
     *
     * @param path the file here
     * @param archive whether it is to be unpacked, into a directory named by what stands behind {@code #}
     * @throws IOException if it cannot be brought, or if tasks read it where it is
     */
    default void addFile(String path, boolean archive) throws IOException {
        throw new IOException("tasks read added files where they are: path=" + path);
    }

    /**
     * Sets the least severe messages that the engine's own libraries log, if it has any that do.
     *
     * @param level one of the setting {@code sluice.log.level}
     */
    default void logLevel(String level) {}

    /** Ends what serves the program, or gives it back. Idempotent. */
    @Override
    void close();
}
