// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One {@code struct msghdr} with one piece of data and room for one control message of descriptors, on 64-bit Linux.
 *
 * <pre>
 *   msghdr  0 name  8 namelen  16 iov  24 iovlen  32 control  40 controllen  48 flags  (56 bytes)
 *   iovec  56 base  64 length                                                          (16 bytes)
 *   control: 0 length u64 | 8 level i32 | 12 type i32 | 16 descriptors, i32 each
 * </pre>
 */
final class SocketMessage implements AutoCloseable {
    static final int MAX_DESCRIPTORS = 253; // the kernel's SCM_MAX_FD

    private static final int IOV = 16;
    private static final int IOV_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int IOVEC = 56;
    private static final int HEADER_BYTES = 72;

    private static final int RIGHTS_LEVEL = 8;
    private static final int RIGHTS_TYPE = 12;
    private static final int RIGHTS_DATA = 16;

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CTRUNC = 8;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int CHUNK = 1 << 16;

    private final ByteBuffer header = LibC.allocate(HEADER_BYTES);
    private final ByteBuffer control;
    private final ByteBuffer data;

    private SocketMessage(ByteBuffer data, int descriptors) {
        if (descriptors < 0 || descriptors > MAX_DESCRIPTORS) {
            throw new IllegalArgumentException(
                    "number of descriptors is out of range: count=" + descriptors + " most=" + MAX_DESCRIPTORS);
        }
        if (!data.hasRemaining()) {
            throw new IllegalArgumentException("descriptors travel with at least one byte of data: bytes=0");
        }
        this.data = data;
        control = LibC.allocate((RIGHTS_DATA + descriptors * Integer.BYTES + 7) & ~7);
        header.putLong(IOV, LibC.address(header) + IOVEC).putLong(IOV_COUNT, 1);
        header.putLong(IOVEC, LibC.address(data)).putLong(IOVEC + 8, data.remaining());
        if (descriptors > 0) {
            header.putLong(CONTROL, LibC.address(control)).putLong(CONTROL_LENGTH, control.capacity());
        }
    }

    static SocketMessage toSend(ByteBuffer source, List<Descriptor> descriptors) {
        ByteBuffer part = source.slice(source.position(), Math.min(source.remaining(), CHUNK));
        SocketMessage message =
                new SocketMessage(LibC.allocate(part.remaining()).put(part).flip(), descriptors.size());
        if (!descriptors.isEmpty()) {
            message.control.putLong(0, RIGHTS_DATA + (long) descriptors.size() * Integer.BYTES);
            message.control.putInt(RIGHTS_LEVEL, SOL_SOCKET).putInt(RIGHTS_TYPE, SCM_RIGHTS);
            for (int i = 0; i < descriptors.size(); i++) {
                message.control.putInt(
                        RIGHTS_DATA + i * Integer.BYTES, descriptors.get(i).number());
            }
        }
        return message;
    }

    static SocketMessage toReceive(int bytes, int descriptors) {
        return new SocketMessage(LibC.allocate(Math.min(bytes, CHUNK)), descriptors);
    }

    /** Bytes sent, or the negated errno. A vanished reader is an error, not a signal. */
    long send(int fd) {
        long sent = LibC.sendmsg(fd, LibC.address(header), MSG_NOSIGNAL);
        return sent < 0 ? -LibC.errno() : sent;
    }

    /** Bytes received, 0 at the end of the stream, or the negated errno. */
    long receive(int fd) {
        long got = LibC.recvmsg(fd, LibC.address(header), MSG_CMSG_CLOEXEC);
        return got < 0 ? -LibC.errno() : got;
    }

    int[] descriptors() {
        long length = header.getLong(CONTROL_LENGTH);
        if (length < RIGHTS_DATA
                || control.getInt(RIGHTS_LEVEL) != SOL_SOCKET
                || control.getInt(RIGHTS_TYPE) != SCM_RIGHTS) {
            return new int[0];
        }
        int count = (int) (control.getLong(0) - RIGHTS_DATA) / Integer.BYTES;
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = control.getInt(RIGHTS_DATA + i * Integer.BYTES);
        }
        return numbers;
    }

    boolean truncated() {
        return (header.getInt(FLAGS) & MSG_CTRUNC) != 0;
    }

    ByteBuffer data(int bytes) {
        return data.slice(0, bytes);
    }

    /** The kernel reads all three buffers by address: they must live until here. */
    @Override
    @SuppressWarnings("ReachabilityFenceUsage") // try-with-resources makes this the finally block
    public void close() {
        Reference.reachabilityFence(header);
        Reference.reachabilityFence(control);
        Reference.reachabilityFence(data);
    }
}
