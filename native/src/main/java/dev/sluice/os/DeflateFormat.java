// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

/** The three wrappings of deflate data. Numbers are the window bits by which zlib selects them. */
public enum DeflateFormat {
    /** zlib's own: two bytes of header, Adler-32 at the end (RFC 1950). */
    ZLIB(15),
    /** gzip's: a header of ten bytes or more, CRC-32 and length at the end (RFC 1952). */
    GZIP(31),
    /** No wrapping and no checksum (RFC 1951): damage may go unnoticed, so keep a checksum beside it. */
    RAW(-15);

    private final int windowBits;

    DeflateFormat(int windowBits) {
        this.windowBits = windowBits;
    }

    int windowBits() {
        return windowBits;
    }
}
