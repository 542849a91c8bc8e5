// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.ChunkReader;
import dev.sluice.spill.SpillException;
import dev.sluice.spill.StoredBlock;
import dev.sluice.worker.TaskInput;
import java.util.List;

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
        return new BlockChain(blocks.size()) {
            @Override
            ChunkReader open(int block) {
                return blocks.get(block).open();
            }

            @Override
            LostBlockException unreadable(int block, SpillException cause) {
                return new LostBlockException(input, block, cause);
            }
        };
    }
}
