// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.core.CorruptDataException;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.memory.util.MemoryUtil;

/** A file as a buffer of Arrow's, without a copy. */
final class MappedFile extends ForeignAllocation {
    private static final MethodHandle CLEANER = cleaner();

    private final MappedByteBuffer mapping;

    private MappedFile(MappedByteBuffer mapping, long address) {
        super(mapping.capacity(), address);
        this.mapping = mapping;
    }

    /**
     * Maps a file. What is written into the buffer stays in it: the file does not change, and nothing crashes.
     *
     * @param path the file, which nobody makes shorter from here on
     * @param expected its length as its writer told it; -1 if nobody did
     * @param allocator accounts for it
     * @return a buffer; the mapping ends when the last reference to it is released
     * @throws CorruptDataException if the file has another length, or is too long to be mapped
     * @throws IOException if it cannot be read
     */
    static ArrowBuf map(Path path, long expected, BufferAllocator allocator) throws IOException {
        try (FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            return map(channel, path, expected, FileChannel.MapMode.PRIVATE, allocator);
        }
    }

    private static ArrowBuf map(
            FileChannel channel, Path path, long expected, FileChannel.MapMode mode, BufferAllocator allocator)
            throws IOException {
        long size = channel.size();
        if (expected >= 0 && size != expected) {
            throw new CorruptDataException(
                    "a file of arrow data is cut: file=" + path + " bytes=" + size + " expected=" + expected);
        }
        if (size == 0 || size > UnitLayout.MAX_FILE) {
            throw new CorruptDataException(
                    "refused a file of arrow data: file=" + path + " bytes=" + size + " limit=" + UnitLayout.MAX_FILE);
        }
        MappedByteBuffer mapping = channel.map(mode, 0, size);
        MappedFile file = new MappedFile(mapping, MemoryUtil.getByteBufferAddress(mapping));
        try {
            return allocator.wrapForeignAllocation(file);
        } catch (RuntimeException e) {
            // Over the allocator's limit.
            file.release0();
            throw e;
        }
    }

    @Override
    protected void release0() {
        try {
            CLEANER.invokeExact((ByteBuffer) mapping);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot end a mapping: bytes=" + mapping.capacity(), e);
        }
    }

    /** Ends a mapping now. Without it the file's memory would stay until a garbage collection found the buffer. */
    private static MethodHandle cleaner() {
        try {
            Class<?> unsafe = Class.forName("sun.misc.Unsafe");
            Field instance = unsafe.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            return MethodHandles.lookup()
                    .findVirtual(unsafe, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
                    .bindTo(instance.get(null));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM cannot end mappings: " + e, e);
        }
    }
}
