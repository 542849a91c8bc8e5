// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.core.Census;
import dev.sluice.core.frame.FrameLayout;
import dev.sluice.core.frame.FrameType;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever else connects to a pool's socket is dropped, is named in the log, and slows nobody. */
@ExtendWith(Census.class)
final class HostilePeerTest {
    /** Kept: the logging package itself refers to its loggers weakly. */
    private static final Logger DOORMAN = Logger.getLogger(Doorman.class.getName());

    @TempDir
    static Path packages;

    @TempDir
    Path directory;

    private final Queue<String> said = new ConcurrentLinkedQueue<>();
    private final Handler handler = new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord record) {
            said.add(formatter.formatMessage(record));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        DOORMAN.addHandler(handler);
        DOORMAN.setUseParentHandlers(false);
    }

    @AfterEach
    void unlisten() {
        DOORMAN.removeHandler(handler);
        DOORMAN.setUseParentHandlers(true);
    }

    private SocketChannel connect(byte[] bytes) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(directory.resolve("workers.sock")));
        channel.write(ByteBuffer.wrap(bytes));
        return channel;
    }

    private static byte[] frame(FrameType type, long length, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(FrameLayout.HEADER_LENGTH + bytes.length);
        frame.put(FrameLayout.TYPE_OFFSET, (byte) type.code());
        frame.putLong(FrameLayout.LENGTH_OFFSET, length < 0 ? bytes.length : length);
        frame.position(FrameLayout.HEADER_LENGTH).put(bytes);
        return frame.array();
    }

    private static byte[] hello(String json) {
        return frame(FrameType.HELLO, -1, json);
    }

    /** Sends bytes, expects to be hung up on, and that a worker that was there before still serves. */
    private void assertRefused(byte[] bytes, boolean cut, String reason) throws IOException {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            long pid = workers.pid();
            try (SocketChannel channel = connect(bytes)) {
                if (cut) {
                    channel.shutdownOutput();
                }
                assertHungUp(channel);
            }
            Awaitility.await().until(() -> !said.isEmpty());
            assertThat(said)
                    .singleElement()
                    .asString()
                    .startsWith("refused a connection: ")
                    .contains(reason)
                    .endsWith(" socket=" + directory.resolve("workers.sock") + " refused so far=1");
            assertThat(workers.pid()).isEqualTo(pid);
            workers.pool.clear();
            assertThat(workers.pid()).as("a new one arrives").isNotEqualTo(pid);
        }
    }

    private static void assertHungUp(SocketChannel channel) {
        try {
            // One of another version is told so first, in one frame.
            ByteBuffer told = ByteBuffer.allocate(1 << 10);
            while (channel.read(told) > 0) {
                assertThat(told.get(FrameLayout.TYPE_OFFSET)).isEqualTo((byte) FrameType.REPLY.code());
            }
            assertThat(new String(told.array(), 0, told.position(), StandardCharsets.UTF_8))
                    .matches("(?s)|.*\"wrong protocol: got=99 .*");
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    @Test
    void noise() throws IOException {
        assertRefused("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII), false, "type");
    }

    @ParameterizedTest
    @ValueSource(longs = {65_537, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE})
    void aHelloOfAnyOtherLengthBeforeItIsAllocated(long length) throws IOException {
        byte[] frame = frame(FrameType.HELLO, 0, "");
        ByteBuffer.wrap(frame).putLong(FrameLayout.LENGTH_OFFSET, length);
        assertRefused(frame, false, "length=" + Long.toUnsignedString(length) + " limit=65536");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, FrameLayout.HEADER_LENGTH - 1, FrameLayout.HEADER_LENGTH, FrameLayout.HEADER_LENGTH + 5})
    void aHelloThatIsCut(int at) throws IOException {
        byte[] whole = hello("{\"protocol\":1,\"role\":\"worker\",\"request\":1,\"pid\":1}");
        assertRefused(java.util.Arrays.copyOf(whole, at), true, "connection closed inside a frame");
    }

    @Test
    void anotherFrameThanAHello() throws IOException {
        assertRefused(frame(FrameType.TASK, -1, "x"), false, "unexpected frame: got=TASK expected=[HELLO]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1, 2] | expected a JSON object",
                "{\"protocol\": | malformed JSON",
                "{} | wrong protocol: got=0 expected=1; both sides must run the same version of Sluice",
                "{\"protocol\":99,\"role\":\"zygote\",\"pid\":1} | wrong protocol: got=99 expected=1",
                "{\"protocol\":\"1\"} | wrong JSON member: name=protocol",
                "{\"protocol\":1} | name=role",
                "{\"protocol\":1,\"role\":\"guest\",\"request\":7} | nobody waits for it: role=guest request=7",
                "{\"protocol\":1,\"role\":\"worker\",\"request\":1,\"pid\":1} | nobody waits for it: role=worker",
                "{\"protocol\":1,\"role\":\"generation\",\"request\":99,\"pid\":1} | nobody waits for it: role=generation",
                "{\"protocol\":1,\"role\":\"zygote\",\"pid\":1} | a second zygote said hello: pid=1",
                "{\"protocol\":1,\"role\":\"zygote\",\"pid\":\"x\"} | name=pid",
            })
    void aHelloThatIsNotOurs(String json, String reason) throws IOException {
        assertRefused(hello(json), false, reason);
    }

    @Test
    void oneThatSaysNothingIsDroppedInTime() throws IOException {
        Path socket = directory.resolve("workers.sock");
        Doorman doorman =
                new Doorman(socket, Duration.ofMillis(50), 1 << 20, "sluice-test", (hello, channel, reader) -> {});
        try (SocketChannel silent = connect(new byte[0]);
                SocketChannel slow = connect(new byte[] {1, 0, 0})) {
            assertHungUp(silent);
            assertHungUp(slow);
            Awaitility.await().until(() -> !said.isEmpty());
            assertThat(said.peek()).contains("no hello within PT0.05S");
        } finally {
            doorman.close();
        }
    }

    @Test
    void aFloodOfSilentOnesForksNothingAndSlowsNobody() throws IOException {
        List<SocketChannel> flood = new ArrayList<>();
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            long pid = workers.pid();
            for (int i = 0; i < 200; i++) {
                flood.add(connect(new byte[0]));
            }
            assertThat(workers.pool.forks()).isEqualTo(1);
            workers.pool.clear();
            assertThat(workers.pid()).as("ours are let in all the same").isNotEqualTo(pid);
            // Of 200 and two of ours, all but the newest 64 were dropped.
            for (SocketChannel channel : flood.subList(0, 136)) {
                assertHungUp(channel);
            }
            assertThat(said).first().asString().contains("it had said no hello when 64 others came");
            assertThat(said).last().asString().contains("refused so far=128");
        } finally {
            for (SocketChannel channel : flood) {
                channel.close();
            }
        }
    }

    @Test
    void anotherUserIsRefusedBeforeAByteIsRead() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can become another user");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            long pid = workers.pid();
            Path socket = directory.resolve("workers.sock");
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rwxrwxrwx"));
            String stranger = """
                    import os, socket, sys
                    s = socket.socket(socket.AF_UNIX)
                    os.setuid(65534)
                    s.connect(sys.argv[1])
                    try: print(s.recv(1))
                    except ConnectionResetError: print(b'')
                    """;
            Process process = new ProcessBuilder(TestPython.interpreter(), "-I", "-c", stranger, socket.toString())
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("b''\n");
            assertThat(process.waitFor()).isZero();
            Awaitility.await().until(() -> !said.isEmpty());
            assertThat(said)
                    .singleElement()
                    .asString()
                    .startsWith("refused a connection: another user's: user=")
                    .contains("expected=root");
            assertThat(workers.pid()).isEqualTo(pid);
        }
    }
}
