// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.ChunkReader;
import dev.sluice.spill.MapOutput;
import dev.sluice.spill.SpillException;
import dev.sluice.spill.StoredBlock;
import dev.sluice.worker.TaskInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Map outputs of all shuffles. Thread-safe; readers of an output that is closed under them meet an error. */
final class ShuffleStore {
    private final Map<Long, @Nullable MapOutput[]> shuffles = new HashMap<>();

    synchronized List<Integer> missing(Dataset.Shuffle shuffle) {
        @Nullable MapOutput[] outputs = shuffles.get(shuffle.id());
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < shuffle.input().partitions(); i++) {
            if (outputs == null || outputs[i] == null) {
                missing.add(i);
            }
        }
        return missing;
    }

    synchronized boolean complete(Dataset.Shuffle shuffle) {
        @Nullable MapOutput[] outputs = shuffles.get(shuffle.id());
        if (outputs == null) {
            return shuffle.input().partitions() == 0;
        }
        for (MapOutput output : outputs) {
            if (output == null) {
                return false;
            }
        }
        return true;
    }

    synchronized void put(Dataset.Shuffle shuffle, int mapPartition, MapOutput output) {
        @Nullable
        MapOutput[] outputs = shuffles.computeIfAbsent(
                shuffle.id(), unused -> new @Nullable MapOutput[shuffle.input().partitions()]);
        if (outputs[mapPartition] == null) {
            outputs[mapPartition] = output;
        } else {
            output.close();
        }
    }

    /**
     * Forgets one map task's output, so that it is computed again. Returns false if another reader was first, so that
     * this output is gone already, or replaced.
     */
    private synchronized boolean lose(long shuffle, int mapPartition, MapOutput lost) {
        @Nullable MapOutput[] outputs = shuffles.get(shuffle);
        if (outputs == null || outputs[mapPartition] != lost) {
            return false;
        }
        outputs[mapPartition] = null;
        lost.close();
        return true;
    }

    private static LostBlockException lost(
            long shuffle, int mapPartition, BooleanSupplier forgetting, Throwable cause) {
        return new LostBlockException(
                "map output", "shuffle=" + shuffle + " map partition=" + mapPartition, forgetting, cause);
    }

    synchronized void forget(long shuffle) {
        @Nullable MapOutput[] outputs = shuffles.remove(shuffle);
        if (outputs != null) {
            for (MapOutput output : outputs) {
                if (output != null) {
                    output.close();
                }
            }
        }
    }

    synchronized TaskInput open(Dataset.Shuffle shuffle, int partition) throws IOException {
        @Nullable MapOutput[] outputs = shuffles.get(shuffle.id());
        List<MapOutput> blocks = new ArrayList<>();
        List<Integer> maps = new ArrayList<>();
        for (int i = 0; outputs != null && i < outputs.length; i++) {
            MapOutput output = outputs[i];
            if (output == null) {
                throw lost(shuffle.id(), i, () -> false, new IOException("it was not computed"));
            }
            if (output.bytes(partition) > 0) {
                blocks.add(output);
                maps.add(i);
            }
        }
        return new Blocks(shuffle.id(), partition, blocks, maps);
    }

    /** Forgets the outputs whose files are gone with the process that had them. */
    synchronized void loseIf(Predicate<MapOutput> gone) {
        for (@Nullable MapOutput[] outputs : shuffles.values()) {
            for (int i = 0; i < outputs.length; i++) {
                MapOutput output = outputs[i];
                if (output != null && gone.test(output)) {
                    outputs[i] = null;
                }
            }
        }
    }

    synchronized void close() {
        List.copyOf(shuffles.keySet()).forEach(this::forget);
    }

    /** One reduce partition: its blocks of all map outputs, in the order of the map partitions. */
    private final class Blocks extends BlockChain implements InputBlocks {
        private final long shuffle;
        private final int partition;
        private final List<MapOutput> outputs;
        private final List<Integer> maps;

        Blocks(long shuffle, int partition, List<MapOutput> outputs, List<Integer> maps) {
            super(outputs.size());
            this.shuffle = shuffle;
            this.partition = partition;
            this.outputs = outputs;
            this.maps = maps;
        }

        @Override
        ChunkReader open(int block) {
            return outputs.get(block).open(partition);
        }

        @Override
        LostBlockException unreadable(int block, SpillException cause) {
            return lost(block, cause);
        }

        @Override
        public List<StoredBlock> blocks() {
            List<StoredBlock> blocks = new ArrayList<>(outputs.size());
            outputs.forEach(output -> blocks.add(output.block(partition)));
            return blocks;
        }

        @Override
        public LostBlockException lost(int block, Throwable cause) {
            int bad = Objects.checkIndex(block, outputs.size());
            return ShuffleStore.lost(shuffle, maps.get(bad), () -> loseFrom(bad), cause);
        }

        /**
         * Loses one block, and those behind it that are bad too: where a directory has gone, all of them run again at
         * once, instead of one more each time this partition is tried.
         */
        private boolean loseFrom(int bad) {
            boolean first = lose(shuffle, maps.get(bad), outputs.get(bad));
            for (int i = bad + 1; first && i < outputs.size(); i++) {
                if (!isWhole(outputs.get(i))) {
                    lose(shuffle, maps.get(i), outputs.get(i));
                }
            }
            return first;
        }

        private boolean isWhole(MapOutput output) {
            try (ChunkReader whole = output.open(partition)) {
                ByteBuffer chunk = whole.next();
                while (chunk != null) {
                    chunk = whole.next();
                }
                return true;
            } catch (SpillException e) {
                return false;
            }
        }
    }
}
