// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.frame.FrameReader;
import dev.sluice.core.frame.FrameType;
import dev.sluice.core.frame.FrameWriter;
import dev.sluice.core.settings.Configuration;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An executor, over a real socket, with a coordinator that says what few would. */
class ExecutorTest {
    private static final int ENDED = 7;
    private static final long LEASE = 11;

    @TempDir
    Path directory;

    @Test
    void whatComesAfterAProgramsEndMeansNothing() throws Exception {
        Path socket = directory.resolve("s");
        try (ServerSocketChannel listening =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket))) {
            SocketChannel ours = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> serve(listening, socket));
            try (ours) {
                FrameWriter writer = new FrameWriter(ours);
                Packer program = new Packer().i32(ENDED);
                order(writer, Order.END, program);
                order(writer, Order.FREE, new Packer().i32(ENDED).list(List.of(1L, 2L), Packer::i64));
                order(writer, Order.DROP, new Packer().i32(ENDED).i64(1));
                order(writer, Order.UNCACHE, new Packer().i32(ENDED).i64(1).i64(1));
                order(writer, Order.CLEAR, new Packer().i32(ENDED).i32(0).list(List.<Long>of(), Packer::i64));
                order(writer, Order.LEASE, new Packer().i32(ENDED).i64(LEASE).i64(0));
                writer.flush();
                assertThat(nextOver(new FrameReader(ours, Integer.MAX_VALUE)))
                        .as("its slot is given back")
                        .isEqualTo(LEASE);
            }
            served.get(20, TimeUnit.SECONDS);
        }
    }

    private void serve(ServerSocketChannel listening, Path socket) {
        try (SocketChannel channel = listening.accept()) {
            ExecutorConfig config = new ExecutorConfig(
                    0,
                    socket,
                    1,
                    Files.createDirectory(directory.resolve("e")),
                    directory.resolve("m"),
                    Configuration.of(Map.of("sluice.memory", "1g")));
            try (Executor executor = new Executor(config, channel)) {
                executor.serve();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void order(FrameWriter writer, Order order, Packer body) throws IOException {
        writer.write(FrameType.ORDER, 0, order.number(), body.packed());
    }

    /** The lease whose end is told next; what the executor tells by itself in between is passed over. */
    private static long nextOver(FrameReader reader) throws IOException {
        while (reader.next()) {
            if (News.of(reader.stream()) == News.OVER) {
                return new Unpacker(reader.payload()).i64();
            }
            reader.trim();
        }
        throw new AssertionError("the executor has ended");
    }
}
