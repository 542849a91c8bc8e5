// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.ChunkReader;
import dev.sluice.spill.SpillException;
import dev.sluice.spill.StoredBlock;
import dev.sluice.worker.TaskInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An input that consists of blocks in files, which any process of this machine can read in place. */
public interface InputBlocks extends TaskInput {
    /**
     * Lists the blocks.
     *
     * @return where they lie, in the order in which they are read
     */
    List<StoredBlock> blocks();

    /**
     * Says that a block of these cannot be read, by one who read them in place.
     *
     * @param block its number, from 0
     * @param cause how it was found out
     * @return what to tell the scheduler
     */
    LostBlockException lost(int block, Throwable cause);

    /**
     * Opens blocks that another process described.
     *
     * @param input the number of the input in its task
     * @param blocks the blocks
     * @return reads one after the other
     */
    static TaskInput open(int input, List<StoredBlock> blocks) {
        return new InPlace(input, blocks);
    }

    /** Reads blocks by their descriptions. */
    final class InPlace implements TaskInput {
        private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

        private final int input;
        private final List<StoredBlock> blocks;
        private int at;
        private @Nullable ChunkReader reader;

        private InPlace(int input, List<StoredBlock> blocks) {
            this.input = input;
            this.blocks = blocks;
        }

        @Override
        public ByteBuffer next() throws IOException {
            while (at < blocks.size()) {
                try {
                    ChunkReader current = reader;
                    if (current == null) {
                        current = blocks.get(at).open();
                        reader = current;
                    }
                    ByteBuffer chunk = current.next();
                    if (chunk != null) {
                        return chunk;
                    }
                    current.close();
                } catch (SpillException e) {
                    throw new LostBlockException(input, at, e);
                }
                reader = null;
                at++;
            }
            return NOTHING;
        }

        @Override
        public boolean exhausted() {
            return at >= blocks.size();
        }

        @Override
        public void close() {
            if (reader != null) {
                reader.close();
            }
        }
    }
}
