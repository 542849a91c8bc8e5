// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.frame.FrameReader;
import dev.sluice.core.frame.FrameType;
import dev.sluice.core.frame.FrameWriter;
import dev.sluice.core.json.JsonObject;
import dev.sluice.core.settings.Configuration;
import dev.sluice.engine.Keep;
import dev.sluice.engine.StageWork;
import dev.sluice.engine.TaskTree;
import dev.sluice.worker.StageSpec;
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
    private static final int PROGRAM = 7;
    private static final long LEASE = 11;

    @TempDir
    Path directory;

    /** Speaks with an executor as its coordinator. */
    @FunctionalInterface
    private interface Talk {
        void with(FrameWriter writer, FrameReader reader) throws IOException;
    }

    private void talk(Talk talk) throws Exception {
        Path socket = directory.resolve("s");
        try (ServerSocketChannel listening =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket))) {
            SocketChannel ours = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> serve(listening, socket));
            try (ours) {
                talk.with(new FrameWriter(ours), new FrameReader(ours, Integer.MAX_VALUE));
            }
            served.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatComesAfterAProgramsEndMeansNothing() throws Exception {
        talk((writer, reader) -> {
            order(writer, Order.END, new Packer().i32(PROGRAM));
            order(writer, Order.FREE, new Packer().i32(PROGRAM).list(List.of(1L, 2L), Packer::i64));
            order(writer, Order.DROP, new Packer().i32(PROGRAM).i64(1));
            order(writer, Order.UNCACHE, new Packer().i32(PROGRAM).i64(1).i64(1));
            order(writer, Order.CLEAR, new Packer().i32(PROGRAM).i32(0).list(List.<Long>of(), Packer::i64));
            order(writer, Order.LEASE, new Packer().i32(PROGRAM).i64(LEASE).i64(0));
            writer.flush();
            assertThat(next(reader, News.OVER).i64())
                    .as("its slot is given back")
                    .isEqualTo(LEASE);
        });
    }

    @Test
    void aProgramThatHasNoPlaceIsRefusedAndTheExecutorStays() throws Exception {
        Files.createDirectory(directory.resolve("e"));
        Path inTheWay = Files.createFile(directory.resolve("e").resolve("program" + PROGRAM));
        JsonObject told = new JsonObject(Map.of(
                "pid",
                ProcessHandle.current().pid(),
                "python",
                "python3",
                "package",
                directory.toString(),
                "hashSeed",
                "0",
                "environment",
                Map.of(),
                "settings",
                Map.of(),
                "versions",
                Map.of()));
        StageSpec stage = new StageSpec(0, List.of(), List.of(), List.of(), Map.of());
        Packer lease = new Packer().i32(PROGRAM).i64(LEASE).i64(0).i64(0).i32(1);
        LeaseMessages.tree(
                lease.i32(0).i32(0).i64(1), new TaskTree(new byte[0], List.of(), List.of(), List.<Keep>of()));
        Packer work = new Packer().i32(PROGRAM).i64(0);
        LeaseMessages.stage(work, new StageWork(stage, StageWork.RESULT));
        talk((writer, reader) -> {
            order(writer, Order.PROGRAM, new Packer().i32(PROGRAM).json(told));
            order(writer, Order.CONTEXT, new Packer().i32(PROGRAM).i32(0).json(told));
            order(writer, Order.STAGE, work);
            order(writer, Order.LEASE, lease);
            writer.flush();
            Unpacker refused = next(reader, News.REFUSED);
            assertThat(refused.i64()).isEqualTo(LEASE);
            assertThat(refused.text()).contains("cannot make a program's directory", inTheWay.toString());
            assertThat(next(reader, News.OVER).i64()).isEqualTo(LEASE);
        });
    }

    private void serve(ServerSocketChannel listening, Path socket) {
        try (SocketChannel channel = listening.accept()) {
            ExecutorConfig config = new ExecutorConfig(
                    0,
                    socket,
                    1,
                    Files.createDirectories(directory.resolve("e")),
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

    /** What is told next of a kind; what the executor tells by itself in between is passed over. */
    private static Unpacker next(FrameReader reader, News kind) throws IOException {
        while (reader.next()) {
            if (News.of(reader.stream()) == kind) {
                return new Unpacker(reader.payload());
            }
            reader.trim();
        }
        throw new AssertionError("the executor has ended");
    }
}
