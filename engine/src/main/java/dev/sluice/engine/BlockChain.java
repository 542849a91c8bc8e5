// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.ChunkReader;
import dev.sluice.spill.SpillException;
import dev.sluice.worker.TaskInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Blocks that are read one after the other, each opened when it is its turn. */
abstract class BlockChain implements TaskInput {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final int count;
    private int at;
    private @Nullable ChunkReader reader;

    BlockChain(int count) {
        this.count = count;
    }

    abstract ChunkReader open(int block);

    /** Says what is lost where a block cannot be read. */
    abstract LostBlockException unreadable(int block, SpillException cause);

    @Override
    public final ByteBuffer next() throws IOException {
        while (at < count) {
            try {
                ChunkReader current = reader;
                if (current == null) {
                    current = open(at);
                    reader = current;
                }
                ByteBuffer chunk = current.next();
                if (chunk != null) {
                    return chunk;
                }
                current.close();
            } catch (SpillException e) {
                throw unreadable(at, e);
            }
            reader = null;
            at++;
        }
        return NOTHING;
    }

    @Override
    public final boolean exhausted() {
        return at >= count;
    }

    @Override
    public final void close() {
        if (reader != null) {
            reader.close();
        }
    }
}
