// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The functions of the C library that this module calls, mapped directly (one JNI call each). Pointers are plain
 * addresses; the caller keeps the buffer behind one reachable. All of them are also right for aarch64: its calling
 * convention passes variadic integers as it passes named ones.
 */
final class LibC {

    /** Loads on first use of the holder, not of LibC. */
    private static final class Holder {
        static final Load<LibC> LOAD = NativeDoor.open("C library", List.of("libc.so.6", "c"), LibC::bind);
    }

    private LibC() {}

    private static LibC bind(NativeLibrary library) {
        Native.register(LibC.class, library);
        return new LibC();
    }

    static Load<LibC> load() {
        return Holder.LOAD;
    }

    static native int poll(long pollfds, long count, int timeoutMillis);

    static native int kill(int pid, int signal);

    static native int setpgid(int pid, int group);

    static native int prctl(int option, long a, long b, long c, long d);

    static native int getsockopt(int fd, int level, int name, long value, long length);

    static native long sendmsg(int fd, long message, int flags);

    static native long recvmsg(int fd, long message, int flags);

    static native int memfd_create(byte[] name, int flags);

    static native int fcntl(int fd, int command, long argument);

    static native int posix_fallocate(int fd, long offset, long length);

    static native int open(byte[] path, int flags, int mode);

    static native int mkfifo(byte[] path, int mode);

    static native long read(int fd, long buffer, long count);

    static native long write(int fd, long buffer, long count);

    static native int eventfd(int initial, int flags);

    static native int close(int fd);

    static native long syscall(long number, long a, long b, long c, long d, long e);

    /** The errno of this thread's last call. */
    static int errno() {
        return Native.getLastError();
    }

    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** The address of a direct buffer's index 0. */
    static long address(ByteBuffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }

    /** A NUL-terminated string; file names are UTF-8 here, as they are for Python. */
    static byte[] text(String value) {
        return (value + "\0").getBytes(StandardCharsets.UTF_8);
    }
}
