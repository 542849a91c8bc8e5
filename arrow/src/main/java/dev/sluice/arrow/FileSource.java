// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.core.CorruptDataException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * An Arrow IPC stream in a file, or a file of the IPC file format, which is such a stream with a frame around it:
 *
 * <pre>
 * +--------+----+-----------------------------+--------+---------------+--------+
 * | ARROW1 | 00 | stream, with its end marker | footer | footer length | ARROW1 |
 * +--------+----+-----------------------------+--------+---------------+--------+
 * 0        6    8                                      4 bytes, little-endian
 * </pre>
 */
final class FileSource implements BatchReader.Source {
    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME = 8;
    private static final int LENGTH = 4;

    private final Path path;
    private final BufferAllocator allocator;
    private boolean opened;
    private boolean framed;

    FileSource(Path path, BufferAllocator allocator) {
        this.path = path;
        this.allocator = allocator;
    }

    @Override
    public @Nullable IpcStream next() throws IOException {
        if (opened) {
            return null;
        }
        opened = true;
        ArrowBuf bytes = Files.isWritable(path) ? MappedFile.map(path, -1, allocator) : copy();
        framed = bytes.capacity() >= FRAME && magic(bytes, 0);
        return new IpcStream(bytes, framed ? FRAME : 0, "file " + path);
    }

    /** A file that may not be written cannot be mapped so that writing to its vectors is harmless. */
    private ArrowBuf copy() throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            long size = channel.size();
            if (size == 0 || size > UnitLayout.MAX_FILE) {
                throw new CorruptDataException("refused a file of arrow data: file=" + path + " bytes=" + size
                        + " limit=" + UnitLayout.MAX_FILE);
            }
            ArrowBuf bytes = allocator.buffer(size);
            try {
                var into = bytes.nioBuffer(0, (int) size);
                while (into.hasRemaining()) {
                    if (channel.read(into) < 0) {
                        throw new CorruptDataException("a file of arrow data is cut: file=" + path);
                    }
                }
                return bytes;
            } catch (IOException | RuntimeException e) {
                bytes.close();
                throw e;
            }
        }
    }

    private static boolean magic(ArrowBuf bytes, long at) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (bytes.getByte(at + i) != MAGIC[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void ended(IpcStream stream, long rows) {
        long left = stream.length() - stream.offset();
        if (!framed) {
            if (left != 0) {
                throw stream.corrupt("arrow data goes on after its end: bytes=" + left, stream.offset(), null);
            }
            return;
        }
        long tail = stream.length() - MAGIC.length - LENGTH;
        ArrowBuf bytes = stream.bytes();
        if (left < MAGIC.length + LENGTH
                || !magic(bytes, tail + LENGTH)
                || bytes.getInt(tail) != left - MAGIC.length - LENGTH) {
            throw stream.corrupt("the footer of arrow data is cut: bytes=" + left, stream.offset(), null);
        }
    }

    @Override
    public void close() {
        // The reader owns the stream.
    }
}
