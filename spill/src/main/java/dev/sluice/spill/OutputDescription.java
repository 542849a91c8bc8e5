// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import dev.sluice.core.ProtocolException;
import dev.sluice.core.codec.Codecs;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * What one process tells another of a map output in a file, big-endian:
 *
 * <pre>
 * +0 partitions (u32) | +4 length of path (u32), 0 if all is empty | path | codec (u8) | for each partition:
 *    its end in the file (u64), bytes (u64), records (u64), checksum over the headers of its blocks (u32)
 * </pre>
 */
public final class OutputDescription {
    private static final int ENTRY = 28;

    private OutputDescription() {}

    /**
     * Describes an output.
     *
     * @param output one in a file, or one that is empty
     * @return its description
     */
    public static byte[] of(MapOutput output) {
        if (!(output instanceof FileOutput file)) {
            if (SharedOutputs.size(output) > 0) {
                throw new IllegalStateException("a map output is in memory, where no other process can read it");
            }
            return ByteBuffer.allocate(8).putInt(output.partitions()).putInt(0).array();
        }
        byte[] path = file.file().map(Path::toString).orElse("").getBytes(StandardCharsets.UTF_8);
        RunIndex index = file.index();
        ByteBuffer bytes = ByteBuffer.allocate(9 + path.length + index.partitions() * ENTRY);
        bytes.putInt(index.partitions()).putInt(path.length).put(path).put(file.codec());
        for (int p = 0; p < index.partitions(); p++) {
            bytes.putLong(index.offset(p) + index.stored(p));
            bytes.putLong(index.bytes(p)).putLong(index.records(p)).putInt(index.headersCrc(p));
        }
        return bytes.array();
    }

    /**
     * Reads a description.
     *
     * @param description what {@link #of} returned in the process that has the file
     * @param home says whether the file is one that the process may name
     * @param partitions how many it must have
     * @param remove called once when nobody needs the file any more
     * @return the output; its file is opened only when it is read
     * @throws ProtocolException if it is not what it should be
     */
    public static MapOutput read(ByteBuffer description, Home home, int partitions, Consumer<Path> remove) {
        try {
            int count = description.getInt();
            int length = description.getInt();
            if (count != partitions || length < 0 || length > description.remaining()) {
                throw new ProtocolException("malformed description of a map output: partitions=" + count + " expected="
                        + partitions + " path length=" + length);
            }
            if (length == 0) {
                return new MemoryOutput(new Segments[count], new long[count], new Grant(FixedBudget.NOTHING, 0, 1));
            }
            byte[] name = new byte[length];
            description.get(name);
            Path path = Path.of(new String(name, StandardCharsets.UTF_8));
            if (!home.owns(path)) {
                throw new ProtocolException("a map output outside of its process's directories: path=" + path);
            }
            byte codec = description.get();
            RunIndex index = new RunIndex(count);
            long before = RunFormat.HEADER_BYTES;
            for (int p = 0; p < count; p++) {
                long end = description.getLong();
                index.set(p, end, description.getLong(), description.getLong(), description.getInt());
                if (end < before) {
                    throw new ProtocolException("malformed description of a map output: partition=" + p);
                }
                before = end;
            }
            return new FileOutput(path, SpillFiles.local(), remove, index, Codecs.numbered(codec));
        } catch (BufferUnderflowException | InvalidPathException e) {
            throw new ProtocolException("malformed description of a map output", e);
        }
    }

    /** Which files another process may name. */
    @FunctionalInterface
    public interface Home {
        /**
         * Tells whether a file lies where that process keeps its own.
         *
         * @param path absolute, as it was sent
         * @return whether to trust it
         */
        boolean owns(Path path);
    }
}
