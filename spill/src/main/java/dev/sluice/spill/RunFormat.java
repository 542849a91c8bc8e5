// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

/** The constants of the run file, apart from the code that walks it; {@link RunLayout} has the picture. */
final class RunFormat {
    /** "SLRN". */
    static final int MAGIC = 0x534C524E;

    /** "NRLS", so that a file cut to its header is not taken for one with a footer. */
    static final int END_MAGIC = 0x4E524C53;

    static final byte VERSION = 1;

    static final int HEADER_BYTES = 16;
    static final int BLOCK_HEADER_BYTES = 12;
    static final int INDEX_ENTRY_BYTES = 40;
    static final int FOOTER_BYTES = 32;

    /** No block is longer, so a damaged length never causes a large allocation. */
    static final int MAX_BLOCK_BYTES = 1 << 20;

    private RunFormat() {}
}
