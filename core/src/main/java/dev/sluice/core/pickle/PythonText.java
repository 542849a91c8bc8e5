// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.pickle;

import dev.sluice.core.CorruptDataException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text as pickles have it: UTF-8 in which a surrogate may stand alone, Python's {@code surrogatepass}. */
final class PythonText {
    private PythonText() {}

    static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return decodeWithSurrogates(bytes);
        }
    }

    /** A lone surrogate is three bytes, ED, A0 to BF, 80 to BF, which strict UTF-8 never has. */
    private static String decodeWithSurrogates(byte[] bytes) {
        StringBuilder out = new StringBuilder(bytes.length);
        int from = 0;
        for (int i = 0; i + 2 < bytes.length; i++) {
            if (bytes[i] == (byte) 0xed && (bytes[i + 1] & 0xe0) == 0xa0 && (bytes[i + 2] & 0xc0) == 0x80) {
                out.append(strict(bytes, from, i));
                out.append((char) (0xd000 | (bytes[i + 1] & 0x3f) << 6 | (bytes[i + 2] & 0x3f)));
                from = i + 3;
                i += 2;
            }
        }
        return out.append(strict(bytes, from, bytes.length)).toString();
    }

    private static CharSequence strict(byte[] bytes, int from, int to) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
        } catch (CharacterCodingException e) {
            throw new CorruptDataException("pickle has a text that is not UTF-8: length=" + bytes.length + " bytes", e);
        }
    }

    static boolean hasLoneSurrogate(String text) {
        return !StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    static byte[] encodeWithSurrogates(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 16);
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                out.write(0xe0 | point >> 12);
                out.write(0x80 | (point >> 6 & 0x3f));
                out.write(0x80 | (point & 0x3f));
            } else {
                out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            }
            i += Character.charCount(point);
        }
        return out.toByteArray();
    }
}
