// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.SluiceException;
import dev.sluice.core.frame.FrameLayout;
import dev.sluice.core.frame.FrameType;
import dev.sluice.core.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DoorTest {
    private static final String TOKEN = "a token";
    private static final long PATIENT = 60_000;

    private final BlockingQueue<Visit> visits = new LinkedBlockingQueue<>();

    private Door door(long helloMillis) {
        return new Door(0, TOKEN, helloMillis, visits::add);
    }

    private static Socket connect(Door door) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), door.port());
    }

    private static void say(Socket socket, Map<String, ?> hello) throws IOException {
        byte[] json = Json.write(hello).getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(FrameLayout.HEADER_LENGTH + json.length);
        FrameLayout.put(frame, FrameType.HELLO, 0, 0, json.length);
        socket.getOutputStream().write(frame.put(json).array());
    }

    private static String heard(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void whoHasTheTokenComesInAndItsEndIsHeardOf() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        try (Door door = door(PATIENT)) {
            Socket socket = connect(door);
            say(socket, Map.of("protocol", FrameLayout.PROTOCOL, "token", TOKEN, "role", "any"));
            Visit visit = visits.take();
            assertThat(visit.hello().text("role")).isEqualTo("any");
            visit.onGone(gone::countDown);
            socket.close();
            assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void wordOfAnEndThatCameFirstIsNotLost() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        try (Door door = door(PATIENT)) {
            Socket socket = connect(door);
            say(socket, Map.of("protocol", FrameLayout.PROTOCOL, "token", TOKEN));
            Visit visit = visits.take();
            visit.answerLast(Map.of("done", true));
            assertThat(heard(socket)).contains("{\"value\":{\"done\":true}}");
            socket.close();
            visit.onGone(gone::countDown);
            assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whoHasNotHearsWhyAndStaysOut() throws Exception {
        try (Door door = door(PATIENT)) {
            for (String wrong : List.of("another", "", TOKEN + "x")) {
                try (Socket socket = connect(door)) {
                    say(socket, Map.of("protocol", FrameLayout.PROTOCOL, "token", wrong));
                    assertThat(heard(socket)).contains("wrong token").doesNotContain(TOKEN + "\"");
                }
            }
            try (Socket socket = connect(door)) {
                say(socket, Map.of("protocol", 99, "token", TOKEN));
                assertThat(heard(socket)).contains("wrong protocol: cluster=" + FrameLayout.PROTOCOL + " program=99");
            }
            assertThat(visits).isEmpty();
        }
    }

    @Test
    void whoIsSilentIsDropped() throws Exception {
        try (Door door = door(50);
                Socket socket = connect(door)) {
            assertThat(heard(socket)).isEmpty();
        }
    }

    @Test
    void aTakenPortIsNamed() {
        try (Door door = door(PATIENT)) {
            assertThatThrownBy(() -> new Door(door.port(), TOKEN, PATIENT, visits::add))
                    .isInstanceOf(SluiceException.class)
                    .hasMessageContaining("cannot listen: address=127.0.0.1 port=" + door.port())
                    .hasMessageContaining("choose another with --port");
        }
    }
}
