// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes one run file from front to back; see {@link RunLayout} for what it looks like. */
final class RunFileWriter {
    private final SpillFile file;
    private final BlockOutput blocks;
    private final RunIndex index;
    private long position;
    private int partition;

    RunFileWriter(SpillFile file, int partitions, SpillOptions options) throws IOException {
        this.file = file;
        this.index = new RunIndex(partitions);
        this.blocks = new BlockOutput(this::writeBlocks, options);
        append(RunLayout.header(partitions, options.codec().id()));
    }

    private void writeBlocks(ByteBuffer bytes) {
        try {
            append(bytes);
        } catch (IOException e) {
            throw new SinkFailed(e);
        }
    }

    private void append(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        file.write(bytes, position);
        position += length;
    }

    /** Adds bytes to the partition that is being written. */
    void put(ByteBuffer bytes) throws IOException {
        try {
            blocks.put(bytes);
        } catch (SinkFailed e) {
            throw e.io;
        }
    }

    /** Ends this partition; the next one begins. */
    void endPartition(long records) {
        blocks.endBlock();
        index.set(
                partition++,
                RunFormat.HEADER_BYTES + blocks.position(),
                blocks.takeBytes(),
                records,
                blocks.takeHeadersCrc());
    }

    /** Writes what follows the last partition. */
    RunIndex finish() throws IOException {
        try {
            blocks.flush();
        } catch (SinkFailed e) {
            throw e.io;
        }
        ByteBuffer encoded = index.encode();
        int crc = RunLayout.crc(encoded, 0, encoded.limit());
        append(encoded);
        append(RunLayout.footer(index.indexAt(), index.fileLength(), index.partitions(), crc));
        return index;
    }

    /** Carries an I/O error through {@link BlockOutput}, which knows none. */
    private static final class SinkFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final IOException io;

        SinkFailed(IOException io) {
            super(io);
            this.io = io;
        }
    }
}
