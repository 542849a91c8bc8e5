// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.util.Map;

/** Error numbers of Linux that the calls of this module meet; the same on x86-64 and aarch64. */
final class Errno {
    static final int EPERM = 1;
    static final int ESRCH = 3;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EBUSY = 16;
    static final int EINVAL = 22;
    static final int ENOSYS = 38;

    private static final Map<Integer, String> TEXT = Map.ofEntries(
            Map.entry(EPERM, "EPERM, not permitted"),
            Map.entry(2, "ENOENT, no such file"),
            Map.entry(ESRCH, "ESRCH, no such process"),
            Map.entry(EINTR, "EINTR, interrupted"),
            Map.entry(5, "EIO, input/output error"),
            Map.entry(6, "ENXIO, no such device or reader"),
            Map.entry(9, "EBADF, bad descriptor"),
            Map.entry(EAGAIN, "EAGAIN, not ready"),
            Map.entry(12, "ENOMEM, out of memory"),
            Map.entry(13, "EACCES, permission denied"),
            Map.entry(EBUSY, "EBUSY, busy"),
            Map.entry(17, "EEXIST, exists already"),
            Map.entry(20, "ENOTDIR, not a directory"),
            Map.entry(EINVAL, "EINVAL, invalid argument"),
            Map.entry(23, "ENFILE, too many open files in the system"),
            Map.entry(24, "EMFILE, too many open files in this process"),
            Map.entry(27, "EFBIG, file too large"),
            Map.entry(28, "ENOSPC, no space left"),
            Map.entry(32, "EPIPE, the other side is closed"),
            Map.entry(ENOSYS, "ENOSYS, not in this kernel"),
            Map.entry(40, "ELOOP, a symbolic link"),
            Map.entry(95, "EOPNOTSUPP, not supported here"),
            Map.entry(104, "ECONNRESET, connection reset"));

    private Errno() {}

    static String describe(int errno) {
        String text = TEXT.get(errno);
        return text == null ? "errno=" + errno : "errno=" + errno + " (" + text + ")";
    }
}
