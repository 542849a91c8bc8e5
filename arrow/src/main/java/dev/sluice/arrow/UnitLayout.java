// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.core.CorruptDataException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The layout of Arrow data between a Java program and its workers; twin of {@code sluice/worker/units.py}.
 *
 * <pre>
 * 0        4      5           6        8        16          24
 * +--------+------+-----------+--------+--------+-----------+-------
 * | length | kind | directory | zero   | rows   | body              length counts what comes after it
 * +--------+------+-----------+--------+--------+-----------+-------
 * kind H   body is JSON: the first unit of an input, and of nothing else
 * kind I   body is an Arrow IPC stream, which begins at a multiple of 8
 * kind F   body is u64 bytes and a name: a file of that directory that is an Arrow IPC stream
 * </pre>
 *
 * <p>Numbers are big-endian. Each unit is whole by itself: schema, dictionaries, batches, end of stream.
 */
final class UnitLayout {
    static final byte HEADER = 'H';
    static final byte INLINE = 'I';
    static final byte FILE = 'F';

    /** What comes before the body, with the length. */
    static final int HEAD_LENGTH = 16;

    /** The longest file: no more can be mapped at once. */
    static final long MAX_FILE = Integer.MAX_VALUE;

    private static final int LENGTH_BYTES = 4;
    private static final int MAX_NAME = 100;

    private UnitLayout() {}

    /**
     * A unit's head.
     *
     * @param kind the kind, one of the constants
     * @param directory the directory's number; 0 where there is no file
     * @param rows rows in its batches
     * @param bodyLength bytes that follow
     */
    record Head(byte kind, int directory, long rows, int bodyLength) {}

    /** Where a file is. */
    record FileName(long bytes, String name) {}

    static ByteBuffer pack(byte kind, int directory, long rows, ByteBuffer body) {
        ByteBuffer unit = ByteBuffer.allocate(HEAD_LENGTH + body.remaining());
        unit.putInt(HEAD_LENGTH - LENGTH_BYTES + body.remaining());
        unit.put(kind).put((byte) directory).putShort((short) 0).putLong(rows);
        return unit.put(body).flip();
    }

    static ByteBuffer packFile(int directory, long rows, long bytes, String name) {
        byte[] encoded = name.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer body =
                ByteBuffer.allocate(Long.BYTES + encoded.length).putLong(bytes).put(encoded);
        return pack(FILE, directory, rows, body.flip());
    }

    /** Reads a head from {@code HEAD_LENGTH} bytes; {@code maxBody} bounds what it may announce. */
    static Head head(ByteBuffer bytes, int maxBody, int directories) {
        int length = bytes.getInt();
        byte kind = bytes.get();
        int directory = bytes.get();
        int zero = bytes.getShort();
        long rows = bytes.getLong();
        int body = length - (HEAD_LENGTH - LENGTH_BYTES);
        if ((kind != INLINE && kind != FILE) || zero != 0 || directory < 0 || directory >= directories || rows < 0) {
            throw new CorruptDataException("not a unit of arrow data: kind=" + kind + " directory=" + directory
                    + " zero=" + zero + " rows=" + rows);
        }
        if (length < 0 || body < 0 || body > maxBody) {
            throw new CorruptDataException(
                    "refused a length in arrow data: length=" + Integer.toUnsignedLong(length) + " limit=" + maxBody);
        }
        return new Head(kind, directory, rows, body);
    }

    static FileName file(ByteBuffer body) {
        if (body.remaining() <= Long.BYTES || body.remaining() > Long.BYTES + MAX_NAME) {
            throw new CorruptDataException("not the name of a file of arrow data: length=" + body.remaining());
        }
        long bytes = body.getLong();
        String name = StandardCharsets.US_ASCII.decode(body).toString();
        if (!name.matches("[a-z0-9-]+")) {
            throw new CorruptDataException(
                    "not the name of a file of arrow data: name=" + dev.sluice.core.Messages.quote(name));
        }
        if (bytes <= 0 || bytes > MAX_FILE) {
            throw new CorruptDataException("refused a file of arrow data: bytes=" + bytes + " limit=" + MAX_FILE);
        }
        return new FileName(bytes, name);
    }
}
