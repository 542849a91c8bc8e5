// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.serializer;

import dev.sluice.core.CorruptDataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the classic stream format. It trusts nothing: a length is checked against the limit first, and memory is taken
 * only as bytes arrive. It does not buffer; give it a buffered stream. Not safe for several threads.
 */
public final class ClassicReader {
    private static final int FIRST_CHUNK = 64 << 10;

    private final InputStream in;
    private final int maxLength;
    private final byte[] scratch = new byte[Long.BYTES];
    private long position;

    /**
     * Makes a reader at the start of a field.
     *
     * @param in a stream that the caller closes
     * @param maxLength the most bytes that one field may have
     */
    public ClassicReader(InputStream in, int maxLength) {
        if (maxLength < 0) {
            throw new IllegalArgumentException("negative limit: maxLength=" + maxLength);
        }
        this.in = in;
        this.maxLength = maxLength;
    }

    /** {@return how many bytes were read} */
    public long position() {
        return position;
    }

    /**
     * Reads an int.
     *
     * @return any int
     * @throws CorruptDataException if the stream ends before or within it
     * @throws IOException if the stream fails
     */
    public int readInt() throws IOException {
        return number("int", Integer.BYTES).getInt();
    }

    /**
     * Reads a long.
     *
     * @return any long
     * @throws CorruptDataException if the stream ends before or within it
     * @throws IOException if the stream fails
     */
    public long readLong() throws IOException {
        return number("long", Long.BYTES).getLong();
    }

    /**
     * Reads a bool.
     *
     * @return whether the byte was 1
     * @throws CorruptDataException if the byte is neither 0 nor 1, or the stream has ended
     * @throws IOException if the stream fails
     */
    public boolean readBool() throws IOException {
        byte value = number("bool", 1).get();
        if (value != 0 && value != 1) {
            throw new CorruptDataException(
                    "bad field: type=bool, value=" + value + ", expected 0 or 1, offset=" + (position - 1));
        }
        return value == 1;
    }

    /**
     * Reads a length or a special.
     *
     * @return a length from 0 to the limit, or a special of {@link ClassicFormat}
     * @throws CorruptDataException if it is neither, or the stream ends before or within it
     * @throws IOException if the stream fails
     */
    public int readLength() throws IOException {
        return checked(readInt());
    }

    /**
     * Reads a field of variable length.
     *
     * @return its bytes
     * @throws CorruptDataException if there is a special instead, the length is not from 0 to the limit, or the stream
     *     ends before or within the field
     * @throws IOException if the stream fails
     */
    public byte[] readBytes() throws IOException {
        int length = readLength();
        if (length < 0) {
            throw new CorruptDataException("bad field: type=bytes, special=" + length
                    + " where a length belongs, offset=" + (position - ClassicFormat.LENGTH_BYTES));
        }
        return body(length);
    }

    /**
     * Reads a field of variable length, or None.
     *
     * @return its bytes, or null for {@link ClassicFormat#NONE}
     * @throws CorruptDataException as {@link #readBytes} throws it
     * @throws IOException if the stream fails
     */
    public byte @Nullable [] readBytesOrNone() throws IOException {
        int length = readLength();
        if (length < 0 && length != ClassicFormat.NONE) {
            throw new CorruptDataException("bad field: type=bytes or None, special=" + length
                    + " where a length belongs, offset=" + (position - ClassicFormat.LENGTH_BYTES));
        }
        return length == ClassicFormat.NONE ? null : body(length);
    }

    /**
     * Reads a text.
     *
     * @return the text
     * @throws CorruptDataException as {@link #readBytes} throws it, or if the bytes are not UTF-8
     * @throws IOException if the stream fails
     */
    public String readUtf8() throws IOException {
        return text(readBytes());
    }

    /**
     * Reads a text, or None.
     *
     * @return the text, or null for {@link ClassicFormat#NONE}
     * @throws CorruptDataException as {@link #readBytes} throws it, or if the bytes are not UTF-8
     * @throws IOException if the stream fails
     */
    public @Nullable String readUtf8OrNone() throws IOException {
        byte[] bytes = readBytesOrNone();
        return bytes == null ? null : text(bytes);
    }

    /**
     * Reads the next item of a framed stream. That the stream ended does not say that it is whole: who carries it counts
     * its items.
     *
     * @return the item's bytes, or null if the stream ended between two items or with {@link
     *     ClassicFormat#END_OF_SECTION} or {@link ClassicFormat#END_OF_STREAM}
     * @throws CorruptDataException if the stream ends within an item or its length is out of range
     * @throws IOException if the stream fails
     */
    public byte @Nullable [] nextItem() throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        position++;
        scratch[0] = (byte) first;
        fill("length", scratch, 1, ClassicFormat.LENGTH_BYTES);
        int length = checked(ByteBuffer.wrap(scratch).getInt());
        if (length >= 0) {
            return body(length);
        }
        if (length == ClassicFormat.END_OF_SECTION || length == ClassicFormat.END_OF_STREAM) {
            return null;
        }
        throw new CorruptDataException("bad item: special=" + length + " where a length or an end belongs, offset="
                + (position - ClassicFormat.LENGTH_BYTES));
    }

    private int checked(int length) {
        if (length > maxLength || (length < 0 && !ClassicFormat.isSpecial(length))) {
            throw new CorruptDataException("bad length: length=" + length + ", limit=" + maxLength + ", offset="
                    + (position - ClassicFormat.LENGTH_BYTES));
        }
        return length;
    }

    private ByteBuffer number(String type, int bytes) throws IOException {
        fill(type, scratch, 0, bytes);
        return ByteBuffer.wrap(scratch);
    }

    private byte[] body(int length) throws IOException {
        byte[] bytes = new byte[Math.min(length, FIRST_CHUNK)];
        int filled = 0;
        while (true) {
            fill("bytes", bytes, filled, bytes.length);
            filled = bytes.length;
            if (filled == length) {
                return bytes;
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * filled));
        }
    }

    private void fill(String type, byte[] into, int from, int to) throws IOException {
        int read = in.readNBytes(into, from, to - from);
        position += read;
        if (read < to - from) {
            throw new CorruptDataException("stream ends within a field: type=" + type + ", offset=" + position
                    + ", at least " + (to - from - read) + " bytes missing");
        }
    }

    private String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CorruptDataException(
                    "bad field: type=text, not UTF-8, length=" + bytes.length + ", offset=" + (position - bytes.length),
                    e);
        }
    }
}
