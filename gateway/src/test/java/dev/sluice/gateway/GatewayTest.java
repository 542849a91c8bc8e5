// SPDX-License-Identifier: Apache-2.0
package dev.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String CALL = "c\nt\ngreet\nsx\ne\n";

    @TempDir
    Path directory;

    /** An entry point. */
    public static final class Greeter {
        public String greet(String name) {
            return "hello " + name;
        }
    }

    @Test
    void theRightTokenOpensEveryConnection() throws IOException {
        try (Gateway gateway = open(LONG)) {
            String token = Files.readString(gateway.tokenFile());
            for (int i = 0; i < 3; i++) {
                assertThat(say(gateway, "A\n" + token + "\n" + CALL, "hello x")).isEqualTo("!yv\n!yshello x\n");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A\nwrong-but-of-the-right-length-000000000000000\n" + CALL,
                "A\nshort\n" + CALL,
                "POST / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                CALL,
                "\n\n\n\n",
                "A\n\n" + CALL
            })
    void whateverElseIsRefusedUnread(String sent) throws IOException {
        try (Gateway gateway = open(Duration.ofMillis(300))) {
            assertThat(say(gateway, sent, null)).doesNotContain("hello").doesNotContain("!y");
        }
    }

    @Test
    void aTokenWithMoreBehindItIsRefused() throws IOException {
        try (Gateway gateway = open(LONG)) {
            String token = Files.readString(gateway.tokenFile());
            assertThat(say(gateway, "A\n" + token + "x\n" + CALL, null)).doesNotContain("hello");
        }
    }

    @Test
    void silentConnectionsAreDroppedAndDoNotSlowOthers() throws IOException {
        try (Gateway gateway = open(Duration.ofSeconds(1))) {
            String token = Files.readString(gateway.tokenFile());
            List<Socket> silent = new ArrayList<>();
            try {
                for (int i = 0; i < 200; i++) {
                    silent.add(new Socket(InetAddress.getLoopbackAddress(), gateway.port()));
                }
                assertThat(say(gateway, "A\n" + token + "\n" + CALL, "hello x")).contains("hello x");
                for (Socket socket : silent) {
                    socket.setSoTimeout(20_000);
                    assertThat(socket.getInputStream().read()).isEqualTo(-1);
                }
            } finally {
                for (Socket socket : silent) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void onlyLoopbackListens() throws IOException {
        try (Gateway gateway = open(LONG)) {
            for (NetworkInterface card : NetworkInterface.networkInterfaces().toList()) {
                for (InetAddress address : card.inetAddresses()
                        .filter(found -> !found.isLoopbackAddress())
                        .toList()) {
                    assertThatThrownBy(() -> new Socket(address, gateway.port()).close())
                            .isInstanceOf(ConnectException.class);
                }
            }
        }
    }

    @Test
    void closeFreesPortAndFilesAndMayBeRepeated() throws IOException {
        Gateway gateway = open(LONG);
        String token = Files.readString(gateway.tokenFile());
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.getOutputStream().write(("A\n" + token + "\n").getBytes(UTF_8));
            assertThat(socket.getInputStream().readNBytes(4)).asString(UTF_8).isEqualTo("!yv\n");
            gateway.close();
            gateway.close();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), gateway.port()).close())
                .isInstanceOf(ConnectException.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void leftoversOfTheDeadAreSweptAndThoseOfTheLivingNot() throws IOException {
        Path dead = Files.createDirectory(directory.resolve("sluice-gateway-dead"));
        Files.createFile(dead.resolve("owner"));
        Files.createFile(dead.resolve("token"));
        Path foreign = Files.createDirectory(directory.resolve("sluice-gateway-foreign"));
        Files.createSymbolicLink(foreign.resolve("owner"), directory.resolve("elsewhere"));
        try (Gateway living = open(LONG);
                Gateway second = open(LONG)) {
            assertThat(living.tokenFile()).exists();
            assertThat(second.tokenFile()).exists();
        }
        assertThat(dead).doesNotExist();
        assertThat(foreign).exists();
    }

    @Test
    void noPlaceForTheTokenIsOneLine() {
        Path none = directory.resolve("none");
        assertThatThrownBy(() -> Gateway.open(new Greeter(), none, LONG))
                .isInstanceOf(SluiceException.class)
                .hasMessageStartingWith("no private directory for the gateway's token: parent=" + none);
    }

    @Test
    void theSecretHidesFromText() {
        Token token = Token.random();
        assertThat(token.toString()).doesNotContain(token.reveal());
        assertThat(token.matches(Token.random().bytes())).isFalse();
    }

    private Gateway open(Duration deadline) {
        return Gateway.open(new Greeter(), directory, deadline);
    }

    /** Sends text and reads the answer until it ends as expected, or to the end of the stream. */
    private static String say(Gateway gateway, String text, @org.jspecify.annotations.Nullable String until)
            throws IOException {
        StringBuilder answer = new StringBuilder();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(text.getBytes(UTF_8));
            int value;
            while ((until == null || !answer.toString().endsWith(until + "\n"))
                    && (value = socket.getInputStream().read()) >= 0) {
                answer.append((char) value);
            }
        } catch (java.net.SocketException e) {
            // The refused side closed while our bytes were still unread: a reset is as good as an end.
            assertThat(until).isNull();
        }
        return answer.toString();
    }
}
