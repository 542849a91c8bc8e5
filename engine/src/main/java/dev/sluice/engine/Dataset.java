// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.BroadcastFile;
import dev.sluice.worker.Command;
import java.util.List;
import java.util.Map;

/**
 * A node of a plan. Nodes are immutable and compared by identity; {@link #id} names what engines keep for them. The
 * engine never looks into commands or descriptions.
 */
public sealed interface Dataset {
    /**
     * Returns the number that names this node in its program.
     *
     * @return the id
     */
    long id();

    /**
     * Returns how many partitions it has.
     *
     * @return at least 0
     */
    int partitions();

    /**
     * Partitions that workers make or read by themselves.
     *
     * @param id the node's number
     * @param descriptions one a partition, for {@code sluice/worker/sources.py}
     * @param zstdFiles by partition: a file that the worker cannot decompress, and so is sent the contents of
     */
    record Source(long id, List<byte[]> descriptions, Map<Integer, String> zstdFiles) implements Dataset {
        /**
         * Makes a source of what workers can read themselves.
         *
         * @param id the node's number
         * @param descriptions one a partition
         */
        public Source(long id, List<byte[]> descriptions) {
            this(id, descriptions, Map.of());
        }

        @Override
        public int partitions() {
            return descriptions.size();
        }
    }

    /**
     * Fused Python functions over one partition of each input.
     *
     * @param id the node's number
     * @param kind what the worker makes of the command: {@code rows} or {@code arrow}; the engine does not care
     * @param command the pickled steps
     * @param inputs the inputs; a {@link Zip} or {@link Cartesian} counts as several
     * @param broadcasts what the functions read
     * @param partitions how many partitions it has
     * @param barrier whether all tasks of a stage with it in it run at once, and may wait for each other
     */
    record PythonStage(
            long id,
            String kind,
            Command command,
            List<Dataset> inputs,
            List<BroadcastFile> broadcasts,
            int partitions,
            boolean barrier)
            implements Dataset {}

    /**
     * The input's output streams, regrouped: partition p is stream p of every input partition, in their order.
     *
     * @param id the node's number
     * @param input emits on the streams 0 to partitions - 1
     * @param partitions how many partitions it has
     */
    record Shuffle(long id, Dataset input, int partitions) implements Dataset {}

    /**
     * The partitions of the inputs, one after the other.
     *
     * @param id the node's number
     * @param inputs the inputs
     */
    record Union(long id, List<Dataset> inputs) implements Dataset {
        @Override
        public int partitions() {
            return inputs.stream().mapToInt(Dataset::partitions).sum();
        }
    }

    /**
     * Groups of the input's partitions, each read one after the other in one task.
     *
     * @param id the node's number
     * @param input the input
     * @param groups the input partitions of each partition
     */
    record Coalesce(long id, Dataset input, List<List<Integer>> groups) implements Dataset {
        @Override
        public int partitions() {
            return groups.size();
        }
    }

    /**
     * Partition p of every input, side by side; only an input of a {@link PythonStage}.
     *
     * @param id the node's number
     * @param inputs inputs with the same number of partitions
     */
    record Zip(long id, List<Dataset> inputs) implements Dataset {
        @Override
        public int partitions() {
            return inputs.get(0).partitions();
        }
    }

    /**
     * Every partition of the left beside every partition of the right; only an input of a {@link PythonStage}.
     *
     * @param id the node's number
     * @param left varies slowest
     * @param right varies fastest
     */
    record Cartesian(long id, Dataset left, Dataset right) implements Dataset {
        @Override
        public int partitions() {
            return Math.multiplyExact(left.partitions(), right.partitions());
        }
    }

    /**
     * The input, kept once computed, until the engine is told to forget this node.
     *
     * @param id the node's number
     * @param input the input
     * @param keep where its bytes may be
     */
    record Cached(long id, Dataset input, Keep keep) implements Dataset {
        @Override
        public int partitions() {
            return input.partitions();
        }
    }
}
