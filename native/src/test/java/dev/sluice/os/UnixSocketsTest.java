// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeCensus.class)
class UnixSocketsTest {
    @TempDir
    private Path directory;

    private ServerSocketChannel server;
    private SocketChannel near;
    private SocketChannel far;

    @BeforeEach
    void connect() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
        near = SocketChannel.open(address);
        far = server.accept();
    }

    @AfterEach
    void disconnect() throws IOException {
        server.close();
        near.close();
        far.close();
    }

    @Test
    void tellsWhoIsAtTheOtherEnd() throws IOException {
        int uid = (Integer) Files.getAttribute(directory, "unix:uid");
        int gid = (Integer) Files.getAttribute(directory, "unix:gid");
        PeerCredentials us = new PeerCredentials(ProcessHandle.current().pid(), uid, gid);
        assertThat(UnixSockets.peer(near)).isEqualTo(us);
        assertThat(UnixSockets.peer(far)).isEqualTo(us);
        assertThat(UnixSockets.sameUser(near)).isTrue();
    }

    @Test
    void tellsThePidOfAnotherProcess() throws Exception {
        String script = "import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); sys.stdin.read()";
        Process python = new ProcessBuilder(
                        "python3", "-c", script, directory.resolve("s").toString())
                .start();
        try (SocketChannel channel = server.accept()) {
            PeerCredentials peer = UnixSockets.peer(channel);
            // A python3 that is a wrapper script may have a child do the work.
            assertThat(python.toHandle().pid() == peer.pid()
                            || python.descendants().anyMatch(child -> child.pid() == peer.pid()))
                    .isTrue();
            assertThat(UnixSockets.sameUser(channel)).isTrue();
        } finally {
            python.getOutputStream().close();
            python.waitFor();
        }
    }

    @Test
    void refusesSocketsOfOtherKinds() throws IOException {
        try (ServerSocketChannel tcp =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel client = SocketChannel.open(tcp.getLocalAddress())) {
            assertThatThrownBy(() -> UnixSockets.peer(client))
                    .isInstanceOf(OsException.class)
                    .hasMessageContaining("not a connected Unix socket");
            assertThatThrownBy(() -> UnixSockets.sameUser(client))
                    .isInstanceOf(OsException.class)
                    .hasMessageContaining("SO_PEERCRED");
        }
        near.close();
        assertThatThrownBy(() -> UnixSockets.peer(near)).hasMessageStartingWith("socket channel is closed");
    }

    @Test
    void passesDescriptorsWithTheirBytes() throws IOException {
        try (MemoryFile file = MemoryFile.create("passed", 4096, List.of())) {
            Descriptor original = Objects.requireNonNull(file.descriptor());
            ByteBuffer text = StandardCharsets.US_ASCII.encode("three of them");
            UnixSockets.send(near, text, List.of(original, original, original));
            assertThat(text.remaining()).isZero();
            ByteBuffer got = ByteBuffer.allocate(100);
            List<Descriptor> received = UnixSockets.receive(far, got, 5);
            try {
                assertThat(received).hasSize(3);
                assertThat(StandardCharsets.US_ASCII.decode(got.flip()).toString())
                        .isEqualTo("three of them");
                ByteBuffer hello = ByteBuffer.wrap(new byte[] {1, 2, 3});
                assertThat(received.get(1).write(hello)).isEqualTo(3);
                ByteBuffer back = ByteBuffer.allocate(3);
                assertThat(file.channel().read(back, 0)).isEqualTo(3);
                assertThat(back.array()).containsExactly(1, 2, 3);
            } finally {
                received.forEach(Descriptor::close);
            }
        }
    }

    @Test
    void moreDescriptorsThanAllowedAreAllClosed() {
        try (MemoryFile file = MemoryFile.create("passed", 4096, List.of())) {
            Descriptor original = Objects.requireNonNull(file.descriptor());
            UnixSockets.send(near, ByteBuffer.allocate(1), List.of(original, original, original));
            assertThatThrownBy(() -> UnixSockets.receive(far, ByteBuffer.allocate(9), 1))
                    .isInstanceOf(OsException.class)
                    .hasMessageContaining("maximum=1");
        }
    }

    @Test
    void sendsALargeBlockToASlowReaderAndSeesTheEnd() throws Exception {
        byte[] content = new byte[3 << 20];
        new Random(5).nextBytes(content);
        Thread sender = new Thread(() -> {
            UnixSockets.send(near, ByteBuffer.wrap(content), List.of());
            try {
                near.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        near.configureBlocking(false); // the kernel then says "not now", and send has to wait
        sender.start();
        ByteBuffer got = ByteBuffer.allocate(content.length + 1);
        int before;
        do {
            before = got.position();
            assertThat(UnixSockets.receive(far, got, 0)).isEmpty();
        } while (got.position() > before);
        sender.join();
        assertThat(got.position()).isEqualTo(content.length);
        assertThat(Arrays.copyOf(got.array(), content.length)).isEqualTo(content);
    }

    @Test
    void aVanishedReaderIsAnError() throws IOException {
        far.close();
        assertThatThrownBy(() -> UnixSockets.send(near, ByteBuffer.allocate(1), List.of()))
                .isInstanceOf(OsException.class)
                .hasMessageContaining("EPIPE");
    }

    @Test
    void refusesWhatCannotTravel() {
        assertThatThrownBy(() -> UnixSockets.send(near, ByteBuffer.allocate(0), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UnixSockets.receive(near, ByteBuffer.allocate(1), 254))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("count=254");
    }
}
