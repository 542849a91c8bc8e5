// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import jdk.net.ExtendedSocketOptions;

/**
 * What the JDK's Unix-domain socket channels lack: the peer's pid and numeric ids, and passing of descriptors. The caller
 * keeps the channel open during a call and sends or receives on it from one thread at a time, as for the channel's own
 * reads and writes.
 */
public final class UnixSockets {
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int WAIT_MILLIS = 100;

    private UnixSockets() {}

    /**
     * Whether the other side runs as this user; pure Java, for the check before a byte is read.
     *
     * @param channel a connected Unix-domain channel
     * @return true where the peer's effective user is the one of this process
     * @throws OsException where the channel cannot tell
     */
    public static boolean sameUser(SocketChannel channel) {
        try {
            return channel.getOption(ExtendedSocketOptions.SO_PEERCRED)
                    .user()
                    .equals(Files.getOwner(Path.of("/proc/self/")));
        } catch (IOException | UnsupportedOperationException e) {
            throw new OsException("cannot read the peer's user: channel=" + channel + " option=SO_PEERCRED", e);
        }
    }

    /**
     * Who is at the other end.
     *
     * @param channel a connected Unix-domain channel
     * @return the peer's pid, uid and gid
     * @throws OsException where it is not a Unix socket, or the C library cannot be loaded (the JDK does not tell the
     *     pid; {@link #sameUser} works without)
     */
    public static PeerCredentials peer(SocketChannel channel) {
        int fd = ChannelNumber.of(channel);
        ByteBuffer value = LibC.allocate(3 * Integer.BYTES);
        ByteBuffer length = LibC.allocate(Integer.BYTES).putInt(0, value.capacity());
        int errno;
        try {
            long at = LibC.address(value);
            errno = LibC.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, at, LibC.address(length)) == 0 ? 0 : LibC.errno();
        } finally {
            Reference.reachabilityFence(length);
        }
        PeerCredentials peer = new PeerCredentials(value.getInt(0), value.getInt(4), value.getInt(8));
        if (errno != 0) {
            throw new OsException("getsockopt failed: option=SO_PEERCRED channel=" + channel, errno);
        }
        if (peer.pid() == 0) {
            // The kernel answers with pid 0 and uid -1 for sockets that have no such peer, TCP ones included.
            throw new OsException(
                    "no peer credentials: the channel is not a connected Unix socket, channel=" + channel);
        }
        return peer;
    }

    /**
     * Sends bytes and, with the first of them, descriptors. Returns when all bytes are with the kernel.
     *
     * @param channel a connected Unix-domain channel
     * @param data at least one byte; its position advances
     * @param descriptors at most 253; they stay open here, and the receiver gets numbers of its own
     * @throws OsException where the C library cannot be loaded, or sending fails
     */
    public static void send(SocketChannel channel, ByteBuffer data, List<Descriptor> descriptors) {
        int fd = ChannelNumber.of(channel);
        try (SocketMessage message = SocketMessage.toSend(data, descriptors)) {
            int sent = (int) repeat("sendmsg", fd, Poll.OUT, () -> message.send(fd));
            data.position(data.position() + sent);
        }
        while (data.hasRemaining()) {
            try (SocketMessage rest = SocketMessage.toSend(data, List.of())) {
                int sent = (int) repeat("sendmsg", fd, Poll.OUT, () -> rest.send(fd));
                data.position(data.position() + sent);
            }
        }
    }

    /**
     * Receives some bytes and the descriptors that came with them, waiting for the first byte.
     *
     * @param channel a connected Unix-domain channel
     * @param data receives what is there, at least one byte unless the stream has ended; its position advances
     * @param maximum most descriptors to accept, up to 253
     * @return the descriptors, now open here with close-on-exec; possibly none
     * @throws OsException where the C library cannot be loaded, receiving fails, or more than {@code maximum} came (all
     *     are closed then)
     */
    public static List<Descriptor> receive(SocketChannel channel, ByteBuffer data, int maximum) {
        int fd = ChannelNumber.of(channel);
        try (SocketMessage message = SocketMessage.toReceive(data.remaining(), maximum)) {
            int got = (int) repeat("recvmsg", fd, Poll.IN, () -> message.receive(fd));
            List<Descriptor> received = new ArrayList<>();
            for (int number : message.descriptors()) {
                received.add(new Descriptor(number, "received"));
            }
            if (message.truncated()) {
                received.forEach(Descriptor::close);
                throw new OsException("more descriptors came than were allowed: maximum=" + maximum + " or the limit of"
                        + " open files was met; all of them are closed");
            }
            data.put(message.data(got));
            return List.copyOf(received);
        }
    }

    /** Repeats a call that returns a count or a negated errno, waiting where the channel is not ready. */
    private static long repeat(String name, int fd, int event, LongSupplier call) {
        while (true) {
            long result = call.getAsLong();
            if (result >= 0) {
                return result;
            } else if (result == -Errno.EAGAIN) {
                ByteBuffer set = Poll.set(1);
                Poll.put(set, 0, fd, event);
                Poll.await(set, 1, WAIT_MILLIS);
            } else if (result != -Errno.EINTR) {
                throw new OsException(name + " failed: fd=" + fd, (int) -result);
            }
        }
    }
}
