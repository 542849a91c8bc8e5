// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.CorruptDataException;
import java.util.Iterator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Python function that Java values can be streamed through. Values and results are those of
 * {@link dev.sluice.core.pickle.PickleCodec}: texts, numbers, bytes, lists, maps, dates and null. Safe for any number of
 * threads: each call runs in a worker of its own.
 */
public final class PythonFunction {
    private final PythonWorkers workers;
    private final String name;
    private final StageSpec each;
    private final StageSpec all;

    PythonFunction(PythonWorkers workers, String name, StageSpec each, StageSpec all) {
        this.workers = workers;
        this.name = name;
        this.each = each;
        this.all = all;
    }

    /**
     * Calls the function once and waits.
     *
     * @param value its argument
     * @return what it returned
     * @throws PythonException if it raised
     * @throws WorkerLostException if its process ended
     */
    public @Nullable Object call(@Nullable Object value) {
        try (FunctionRun run = workers.start(each, name, new ValueList(value))) {
            Object result = run.next();
            if (run.hasNext()) {
                throw new CorruptDataException("more than one result of one call: function=" + name);
            }
            return result;
        }
    }

    /**
     * Calls the function with each value, in order. Values are read by another thread as the worker asks for them;
     * results are returned as they come. Close the stream if it is not read to its end: that ends the worker.
     *
     * @param values the arguments; closed with the result
     * @return one result a value; reading throws {@link PythonException} where the function raised, and {@link
     *     WorkerLostException} where its process ended
     */
    public Stream<@Nullable Object> apply(Stream<?> values) {
        return workers.stream(each, name, values);
    }

    /**
     * Calls the function once with an iterator over all values, in order, as {@link #apply} reads them.
     *
     * @param values what the iterator yields; closed with the result
     * @return the items of the iterable that the function returns; generators are the natural kind
     */
    public Stream<@Nullable Object> applyToAll(Stream<?> values) {
        return workers.stream(all, name, values);
    }

    /**
     * Returns what was named.
     *
     * @return the name, for messages
     */
    @Override
    public String toString() {
        return name;
    }

    /** One value that may be null, which streams and lists of the JDK refuse. */
    private static final class ValueList implements Iterator<@Nullable Object> {
        private final @Nullable Object value;
        private boolean taken;

        ValueList(@Nullable Object value) {
            this.value = value;
        }

        @Override
        public boolean hasNext() {
            return !taken;
        }

        @Override
        public @Nullable Object next() {
            taken = true;
            return value;
        }
    }
}
