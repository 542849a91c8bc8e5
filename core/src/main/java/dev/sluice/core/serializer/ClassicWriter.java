// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.serializer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the classic stream format. It does not buffer; give it a buffered stream. Not safe for several threads. Every
 * method throws IOException if the stream fails.
 */
public final class ClassicWriter {
    private final OutputStream out;
    private final byte[] scratch = new byte[Long.BYTES];

    /**
     * Makes a writer.
     *
     * @param out a stream that the caller flushes and closes
     */
    public ClassicWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Writes an int in 4 bytes.
     *
     * @param value the number
     * @throws IOException if the stream cannot be written
     */
    public void writeInt(int value) throws IOException {
        ByteBuffer.wrap(scratch).putInt(value);
        out.write(scratch, 0, Integer.BYTES);
    }

    /**
     * Writes a long in 8 bytes.
     *
     * @param value the number
     * @throws IOException if the stream cannot be written
     */
    public void writeLong(long value) throws IOException {
        ByteBuffer.wrap(scratch).putLong(value);
        out.write(scratch, 0, Long.BYTES);
    }

    /**
     * Writes a bool.
     *
     * @param value true or false
     * @throws IOException if the stream cannot be written
     */
    public void writeBool(boolean value) throws IOException {
        out.write(value ? 1 : 0);
    }

    /**
     * Writes a field of variable length; null writes {@link ClassicFormat#NONE}.
     *
     * @param bytes the field
     * @throws IOException if the stream cannot be written
     */
    public void writeBytes(byte @Nullable [] bytes) throws IOException {
        if (bytes == null) {
            writeSpecial(ClassicFormat.NONE);
        } else {
            writeBytes(bytes, 0, bytes.length);
        }
    }

    /**
     * Writes a part of an array as a field of variable length.
     *
     * @param bytes the array
     * @param offset where the part begins
     * @param length how many bytes it has
     * @throws IOException if the stream cannot be written
     * @throws IndexOutOfBoundsException if offset and length are not within the array; nothing is written
     */
    public void writeBytes(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        writeInt(length);
        out.write(bytes, offset, length);
    }

    /**
     * Writes a text; null writes {@link ClassicFormat#NONE}.
     *
     * @param text the text
     * @throws IOException if the stream cannot be written
     * @throws IllegalArgumentException if the text has a surrogate without its pair, which UTF-8 cannot say; nothing is
     *     written
     */
    public void writeUtf8(@Nullable String text) throws IOException {
        if (text == null) {
            writeSpecial(ClassicFormat.NONE);
            return;
        }
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            writeBytes(bytes.array(), bytes.arrayOffset(), bytes.remaining());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "text has a surrogate without its pair: length=" + text.length() + "; replace it", e);
        }
    }

    /**
     * Writes a special.
     *
     * @param special one of {@link ClassicFormat}, such as {@link ClassicFormat#END_OF_SECTION}
     * @throws IOException if the stream cannot be written
     * @throws IllegalArgumentException if the number is not a special; nothing is written
     */
    public void writeSpecial(int special) throws IOException {
        if (!ClassicFormat.isSpecial(special)) {
            throw new IllegalArgumentException("not a special: value=" + special);
        }
        writeInt(special);
    }
}
