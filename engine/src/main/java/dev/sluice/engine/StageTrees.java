// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.BroadcastFile;
import dev.sluice.worker.Command;
import dev.sluice.worker.TaskInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The trees of one stage's tasks for an engine that keeps nothing by itself: tasks read shuffles and cached nodes as
 * streams, which whoever runs them opens. Holds no reference to what lies behind these.
 */
public final class StageTrees {
    private final Dataset dataset;
    private final TreeBuilder builder = new TreeBuilder(new Outside());

    /**
     * Surveys a stage.
     *
     * @param dataset what its tasks compute: the input of a shuffle or of a cached node, or what a job wants
     */
    public StageTrees(Dataset dataset) {
        this.dataset = dataset;
        builder.survey(dataset);
    }

    /** {@return the functions that the tasks run, numbered by their place here} */
    public List<Command> commands() {
        return builder.commands();
    }

    /** {@return the broadcasts that the functions read} */
    public List<BroadcastFile> broadcasts() {
        return builder.broadcasts();
    }

    /** {@return whether all tasks run at once, and may wait for each other} */
    public boolean barrier() {
        return builder.barrier();
    }

    /**
     * Writes the tree of one task.
     *
     * @param partition the partition that it computes
     * @return the tree, with a hole for each of its inputs, which are of the kinds {@link Read} and {@link ZstdFileInput}
     */
    public TaskTree tree(int partition) {
        try {
            return builder.build(dataset, partition).task();
        } catch (IOException e) {
            // Nothing is opened here.
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Stands for a stream that the task reads.
     *
     * @param dataset a {@link Dataset.Shuffle} or {@link Dataset.Cached}
     * @param partition the partition of it
     */
    public record Read(Dataset dataset, int partition) implements TaskInput {
        @Override
        public ByteBuffer next() throws IOException {
            throw new IOException("an input of a task that nobody has opened: node=" + dataset.id());
        }

        @Override
        public boolean exhausted() {
            return false;
        }

        @Override
        public void close() {}
    }

    private static final class Outside implements TreeSources {
        @Override
        public boolean holes() {
            return true;
        }

        @Override
        public boolean elsewhere(Dataset dataset) {
            return dataset instanceof Dataset.Shuffle || dataset instanceof Dataset.Cached;
        }

        @Override
        public TaskInput open(Dataset dataset, int partition) {
            return new Read(dataset, partition);
        }

        @Override
        public boolean complete(Dataset.Cached dataset) {
            return true;
        }

        @Override
        public CacheStore.Block kept(CacheStore.Slot slot) throws IOException {
            throw new IOException(
                    "a cached node is read as a stream: node=" + slot.dataset().id());
        }
    }
}
