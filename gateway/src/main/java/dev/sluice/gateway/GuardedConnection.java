// SPDX-License-Identifier: Apache-2.0
package dev.sluice.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import py4j.Gateway;
import py4j.GatewayConnection;
import py4j.GatewayServerListener;
import py4j.Protocol;

/**
 * One connection of the gateway that proves itself before Py4J reads from it. Py4J's own check reads a line of any
 * length and waits for ever; here at most the length of a right answer is read, within a deadline.
 */
final class GuardedConnection extends GatewayConnection {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedConnection.class);
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final byte[] AUTH_LINE = {'A', '\n'};

    private final Token token;
    private final Duration deadline;

    GuardedConnection(
            Gateway gateway, Socket socket, Token token, Duration deadline, List<GatewayServerListener> listeners)
            throws IOException {
        super(gateway, socket, List.of(), listeners);
        this.token = token;
        this.deadline = deadline;
    }

    @Override
    public void startConnection() {
        Thread thread = new Thread(this, "sluice-gateway-connection-" + NUMBER.incrementAndGet());
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        if (authenticated()) {
            super.run();
        } else {
            shutdown(false);
        }
    }

    private boolean authenticated() {
        try {
            byte[] command = new byte[AUTH_LINE.length];
            byte[] secret = new byte[token.length()];
            byte[] lineEnd = new byte[1];
            InputStream in = socket.getInputStream();
            long end = System.nanoTime() + deadline.toNanos();
            // Never more than a right token's length.
            boolean right = fill(in, command, end)
                    && Arrays.equals(command, AUTH_LINE)
                    && fill(in, secret, end)
                    && token.matches(secret)
                    && fill(in, lineEnd, end)
                    && lineEnd[0] == '\n';
            answer(right ? Protocol.getOutputVoidCommand() : Protocol.getOutputErrorCommand("wrong token"));
            if (right) {
                socket.setSoTimeout(0);
            } else {
                LOG.warn("a connection without the right token was refused: peer={}", socket.getRemoteSocketAddress());
            }
            return right;
        } catch (SocketTimeoutException e) {
            LOG.debug(
                    "a connection that sent no token was dropped: peer={}, seconds={}",
                    socket.getRemoteSocketAddress(),
                    deadline.toMillis() / 1000.0);
            return false;
        } catch (IOException e) {
            LOG.debug("a connection ended before its token: reason={}", e.toString());
            return false;
        }
    }

    private boolean fill(InputStream in, byte[] target, long end) throws IOException {
        int read = 0;
        while (read < target.length) {
            allow(end - System.nanoTime());
            int count = in.read(target, read, target.length - read);
            if (count < 0) {
                return false;
            }
            read += count;
        }
        return true;
    }

    private void allow(long nanos) throws SocketTimeoutException, SocketException {
        if (nanos <= 0) {
            throw new SocketTimeoutException("no token in time");
        }
        socket.setSoTimeout((int) Math.max(1, Math.min(Integer.MAX_VALUE, nanos / 1_000_000)));
    }

    private void answer(String command) throws IOException {
        socket.getOutputStream().write(command.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }
}
