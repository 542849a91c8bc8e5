// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import dev.sluice.core.codec.Codec;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Walks the blocks of one range, and hands out a payload only after its checksum was found right. */
final class BlockInput {
    private final BlockSource source;
    private final Codec codec;
    private final CRC32 headers = new CRC32();
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private long fetchAt;
    private long remaining;
    private long bytes;

    BlockInput(BlockSource source, Codec codec) {
        this.source = source;
        this.codec = codec;
    }

    /** Starts over at a range, which must be whole blocks. */
    BlockInput range(long offset, long length) {
        fetchAt = offset;
        remaining = length;
        bytes = 0;
        headers.reset();
        buffer.position(0).limit(0);
        return this;
    }

    /** The next payload, valid until the next call, or null at the end of the range. */
    @Nullable
    ByteBuffer next() {
        if (remaining == 0) {
            return null;
        }
        need(RunFormat.BLOCK_HEADER_BYTES, "block header");
        int start = buffer.position();
        int payload = RunLayout.blockBytes(buffer, start);
        int stored = RunLayout.blockStored(buffer, start);
        checkLengths(payload, stored);
        int whole = RunFormat.BLOCK_HEADER_BYTES + stored;
        need(whole, "block");
        start = buffer.position();
        int expected = RunLayout.storedBlockCrc(buffer, start);
        int actual = RunLayout.blockCrc(buffer, start, stored);
        if (expected != actual) {
            BlockSource.Location at = source.locate(position());
            throw UnreadableRunException.checksum("block", at.file(), at.offset(), expected, actual);
        }
        headers.update(buffer.slice(start, RunFormat.BLOCK_HEADER_BYTES));
        ByteBuffer result = stored == payload
                ? buffer.slice(start + RunFormat.BLOCK_HEADER_BYTES, stored)
                : decompress(start + RunFormat.BLOCK_HEADER_BYTES, stored, payload);
        buffer.position(start + whole);
        remaining -= whole;
        bytes += payload;
        return result.asReadOnlyBuffer();
    }

    private ByteBuffer decompress(int start, int stored, int payload) {
        byte[] bytes = codec.decompress(buffer.array(), start, stored, payload);
        if (bytes.length != payload) {
            BlockSource.Location at = source.locate(position());
            throw UnreadableRunException.mismatch(
                    "length after " + codec.name(), at.file(), at.offset(), payload, bytes.length);
        }
        return ByteBuffer.wrap(bytes);
    }

    /** Payload bytes handed out since {@link #range}. */
    long bytes() {
        return bytes;
    }

    /** CRC-32 over the headers of the blocks handed out since {@link #range}. */
    int headersCrc() {
        return (int) headers.getValue();
    }

    /** Position in the source of the first byte that was not handed out. */
    long position() {
        return fetchAt - buffer.remaining();
    }

    private void checkLengths(int payload, int stored) {
        long most = Math.min(RunFormat.MAX_BLOCK_BYTES, remaining - RunFormat.BLOCK_HEADER_BYTES);
        if (stored < 1 || stored > most || payload < stored || payload > RunFormat.MAX_BLOCK_BYTES) {
            BlockSource.Location at = source.locate(position());
            throw UnreadableRunException.mismatch(
                    "block length", at.file(), at.offset(), "1.." + most, payload + "/" + stored);
        }
    }

    /** Makes {@code count} bytes available, reading ahead as far as the buffer goes but never past the range. */
    private void need(int count, String what) {
        if (count > remaining) {
            BlockSource.Location at = source.locate(position());
            throw UnreadableRunException.mismatch(what + " length", at.file(), at.offset(), remaining, count);
        }
        int missing = count - buffer.remaining();
        if (missing <= 0) {
            return;
        }
        if (buffer.capacity() < count) {
            int size = (int) Math.min(remaining, Math.max(count, (64 << 10) + RunFormat.BLOCK_HEADER_BYTES));
            buffer = ByteBuffer.allocate(size).put(buffer).flip();
        } else {
            buffer.compact().flip();
        }
        int have = buffer.remaining();
        int fetch = (int) Math.min(buffer.capacity() - have, remaining - have);
        source.readFully(ByteBuffer.wrap(buffer.array(), have, fetch), fetchAt);
        fetchAt += fetch;
        buffer.limit(have + fetch);
    }
}
