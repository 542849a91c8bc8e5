// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Bytes that were written can no longer be had: the file was cut, altered, removed, or could not be read. Whoever made
 * them must make them again; nothing wrong was handed out.
 */
public final class UnreadableRunException extends SpillException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    /** Where in the file, in bytes. */
    private final long offset;

    private UnreadableRunException(String message, Path file, long offset) {
        super(message);
        this.file = file;
        this.offset = offset;
    }

    static UnreadableRunException checksum(String what, Path file, long offset, int expected, int actual) {
        return mismatch(what + " checksum", file, offset, hex(expected), hex(actual));
    }

    static UnreadableRunException mismatch(String what, Path file, long offset, Object expected, Object actual) {
        return new UnreadableRunException(
                "spill file is damaged: what=" + what + " file=" + file + " offset=" + offset + " expected=" + expected
                        + " actual=" + actual + "; the task that wrote it must run again",
                file,
                offset);
    }

    static UnreadableRunException io(Path file, long offset, IOException cause) {
        UnreadableRunException e = new UnreadableRunException(
                "spill file cannot be read: file=" + file + " offset=" + offset + " cause=" + cause
                        + "; the task that wrote it must run again",
                file,
                offset);
        e.initCause(cause);
        return e;
    }

    /**
     * The file that could not be read.
     *
     * @return its path, which may name a file already unlinked
     */
    public Path file() {
        return file;
    }

    /**
     * Where in the file.
     *
     * @return bytes from its start
     */
    public long offset() {
        return offset;
    }

    private static String hex(int crc) {
        return String.format("0x%08x", crc);
    }
}
