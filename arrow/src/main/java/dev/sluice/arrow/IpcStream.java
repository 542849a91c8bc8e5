// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.core.CorruptDataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one Arrow IPC stream in memory, which others wrote:
 *
 * <pre>
 * +------------+----------+------------------+------------------+
 * | ffffffff   | length   | flatbuffer       | body             |   length counts the flatbuffer; 0 ends the stream
 * +------------+----------+------------------+------------------+
 * 0            4          8                  8 + length
 * </pre>
 *
 * Every length is compared with what is there before anything is read or made. Owns its bytes.
 */
final class IpcStream implements AutoCloseable {
    /** The longest flatbuffer: a hundred thousand columns have less. */
    static final int MAX_METADATA = 64 << 20;

    private static final int PREFIX = 8;
    private static final int CONTINUATION = 0xFFFFFFFF;

    private final ArrowBuf bytes;
    private final String name;
    private long at;

    /**
     * Wraps bytes.
     *
     * @param bytes from the stream's first message to any length; released by {@link #close}
     * @param at where the first message begins
     * @param name what the bytes are, for messages
     */
    IpcStream(ArrowBuf bytes, long at, String name) {
        this.bytes = bytes;
        this.at = at;
        this.name = name;
    }

    /**
     * A message whose flatbuffer's root was read and whose body is there.
     *
     * @param table the flatbuffer
     * @param type what its header is, one of Arrow's constants
     * @param length the flatbuffer's bytes
     * @param body a view of the stream's bytes
     * @param offset where the message begins
     */
    record Found(Message table, byte type, int length, ArrowBuf body, long offset) {}

    /** Returns the next message; null at the end that the stream's writer set. */
    @Nullable
    Found next() {
        long start = at;
        if (bytes.capacity() - at < PREFIX) {
            throw corrupt("arrow data is cut: bytes=" + bytes.capacity(), start, null);
        }
        int continuation = bytes.getInt(at);
        int length = bytes.getInt(at + 4);
        if (continuation != CONTINUATION) {
            throw corrupt("not a message of arrow data: marker=" + Integer.toHexString(continuation), start, null);
        }
        at += PREFIX;
        if (length == 0) {
            return null;
        }
        if (length < 0 || length > MAX_METADATA || length % 8 != 0 || length > bytes.capacity() - at) {
            throw corrupt(
                    "refused a length in arrow data: metadata=" + length + " remaining=" + (bytes.capacity() - at),
                    start,
                    null);
        }
        byte[] copy = new byte[length];
        bytes.getBytes(at, copy);
        at += length;
        try {
            Message table = Message.getRootAsMessage(ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN));
            if (table.version() != MetadataVersion.V5 && table.version() != MetadataVersion.V4) {
                throw corrupt("arrow data of another version is not read: version=" + table.version(), start, null);
            }
            long bodyLength = table.bodyLength();
            if (bodyLength < 0 || bodyLength > bytes.capacity() - at) {
                throw corrupt(
                        "arrow data is cut: body=" + bodyLength + " remaining=" + (bytes.capacity() - at), start, null);
            }
            ArrowBuf body = bytes.slice(at, bodyLength);
            at += bodyLength;
            return new Found(table, table.headerType(), length, body, start);
        } catch (CorruptDataException e) {
            throw e;
        } catch (RuntimeException e) {
            throw malformed(start, e);
        }
    }

    /** Returns where the next message begins. */
    long offset() {
        return at;
    }

    long length() {
        return bytes.capacity();
    }

    /** Returns all bytes, which stay this stream's. */
    ArrowBuf bytes() {
        return bytes;
    }

    /** Explains what a reader of malformed flatbuffers throws. */
    CorruptDataException malformed(long offset, RuntimeException cause) {
        return cause instanceof CorruptDataException known
                ? corrupt(String.valueOf(known.getMessage()), offset, known.getCause())
                : corrupt("malformed message in arrow data: " + cause, offset, cause);
    }

    CorruptDataException corrupt(String what, long offset, @Nullable Throwable cause) {
        String text = what + " in " + name + " offset=" + offset;
        return cause == null ? new CorruptDataException(text) : new CorruptDataException(text, cause);
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        bytes.close();
    }
}
