// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.pickle;

import dev.sluice.core.CorruptDataException;
import java.io.ByteArrayInputStream;

/** A pickle that can be looked at ahead of the library's reading. */
final class PickleInput extends ByteArrayInputStream {
    PickleInput(byte[] pickle) {
        super(pickle);
    }

    synchronized int position() {
        return pos;
    }

    synchronized int remaining() {
        return count - pos;
    }

    /**
     * Checks a declared length that stands here.
     *
     * @param width bytes of the length, little-endian
     * @param signed whether a negative length is thinkable, to be refused
     * @return the length, at most what follows it
     */
    synchronized int declared(int width, boolean signed) {
        if (remaining() < width) {
            throw new CorruptDataException("pickle ends within a length: offset=" + pos);
        }
        // Starts with the sign's bits, so that a negative length comes out as one.
        long length = signed && buf[pos + width - 1] < 0 ? -1 : 0;
        for (int i = width - 1; i >= 0; i--) {
            length = length << 8 | (buf[pos + i] & 0xff);
        }
        if (length < 0 || length > remaining() - width) {
            throw new CorruptDataException("pickle declares more than it has: declared="
                    + (signed ? Long.toString(length) : Long.toUnsignedString(length)) + " bytes, remaining="
                    + (remaining() - width) + ", offset=" + pos);
        }
        return (int) length;
    }

    /** Takes a part of the pickle whose length was checked. */
    synchronized byte[] take(int skip, int length) {
        byte[] bytes = new byte[length];
        System.arraycopy(buf, pos + skip, bytes, 0, length);
        pos += skip + length;
        return bytes;
    }

    /** Refuses a line of text, a number or a name, that is longer than any honest one. */
    synchronized void requireShortLine(int limit) {
        for (int i = pos; i < count; i++) {
            if (buf[i] == '\n') {
                return;
            }
            if (i - pos == limit) {
                break;
            }
        }
        throw new CorruptDataException("pickle has a line without an end: limit=" + limit + " bytes, offset=" + pos);
    }
}
