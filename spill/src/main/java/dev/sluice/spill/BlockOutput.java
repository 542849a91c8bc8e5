// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import dev.sluice.core.codec.Codec;
import dev.sluice.core.codec.Codecs;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * Packs bytes into checksummed blocks, several of which reach the sink in one write. A block is written whole or not at
 * all, so a sink may put any two writes into different files.
 */
final class BlockOutput {
    /** Takes whole blocks, in order. */
    interface Sink {
        void write(ByteBuffer blocks);
    }

    private static final int BLOCKS_A_WRITE = 4;

    private final Sink sink;
    private final int blockBytes;
    private final Codec codec;
    private final ByteBuffer buffer;
    private final CRC32 headers = new CRC32();
    private int blockStart;
    private long flushed;
    private long bytes;

    BlockOutput(Sink sink, SpillOptions options) {
        this.sink = sink;
        this.blockBytes = options.blockBytes();
        this.codec = options.codec();
        this.buffer = ByteBuffer.allocate(BLOCKS_A_WRITE * (options.blockBytes() + RunFormat.BLOCK_HEADER_BYTES));
    }

    void put(ByteBuffer source) {
        while (source.hasRemaining()) {
            if (!open()) {
                if (buffer.remaining() < RunFormat.BLOCK_HEADER_BYTES + blockBytes) {
                    flush();
                }
                buffer.position(blockStart + RunFormat.BLOCK_HEADER_BYTES);
            }
            int payload = buffer.position() - blockStart - RunFormat.BLOCK_HEADER_BYTES;
            int n = Math.min(source.remaining(), blockBytes - payload);
            buffer.put(source.slice(source.position(), n));
            source.position(source.position() + n);
            bytes += n;
            if (payload + n == blockBytes) {
                endBlock();
            }
        }
    }

    /** Ends the block that is open, if one is. */
    void endBlock() {
        if (open()) {
            int payload = buffer.position() - blockStart - RunFormat.BLOCK_HEADER_BYTES;
            RunLayout.sealBlock(buffer, blockStart, payload, compress(payload));
            headers.update(buffer.slice(blockStart, RunFormat.BLOCK_HEADER_BYTES));
            blockStart = buffer.position();
        }
    }

    /** Compresses the open block in place, if that makes it smaller, and returns how long it is now. */
    private int compress(int payload) {
        if (codec.id() == Codecs.none().id()) {
            return payload;
        }
        int start = blockStart + RunFormat.BLOCK_HEADER_BYTES;
        byte[] smaller = codec.compress(buffer.array(), start, payload);
        if (smaller.length >= payload) {
            return payload;
        }
        buffer.put(start, smaller).position(start + smaller.length);
        return smaller.length;
    }

    /** Ends the open block and hands all blocks to the sink. */
    void flush() {
        endBlock();
        if (buffer.position() > 0) {
            int length = buffer.position();
            sink.write(buffer.slice(0, length));
            flushed += length;
            buffer.clear();
            blockStart = 0;
        }
    }

    /** Bytes in blocks so far, headers counted, the open block not. */
    long position() {
        return flushed + blockStart;
    }

    /** Payload bytes since the last call. */
    long takeBytes() {
        long result = bytes;
        bytes = 0;
        return result;
    }

    /** CRC-32 over the headers of the blocks ended since the last call. */
    int takeHeadersCrc() {
        int result = (int) headers.getValue();
        headers.reset();
        return result;
    }

    private boolean open() {
        return buffer.position() > blockStart;
    }
}
