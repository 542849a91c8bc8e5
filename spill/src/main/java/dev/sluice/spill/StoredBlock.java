// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import dev.sluice.core.codec.Codecs;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Where one partition of a map output lies, so that another process can read it in place. What is read is checked
 * against this, and not against what the file says of itself.
 *
 * @param path the file
 * @param offset where the partition begins in it
 * @param stored its length there
 * @param bytes its length once read
 * @param headersCrc the checksum over the headers of its blocks, each of which holds that of its block
 * @param codec how blocks are packed
 */
public record StoredBlock(Path path, long offset, long stored, long bytes, int headersCrc, byte codec) {
    /**
     * Opens it.
     *
     * @return a reader, to be closed by the caller
     * @throws UnreadableRunException if the file is gone; later, if it is damaged
     */
    public ChunkReader open() {
        SpillFile file;
        try {
            file = SpillFiles.local().open(path);
        } catch (IOException e) {
            throw UnreadableRunException.io(path, offset, e);
        }
        return new RangeReader(path, file, Codecs.numbered(codec), "block", offset, stored, bytes, headersCrc);
    }
}
