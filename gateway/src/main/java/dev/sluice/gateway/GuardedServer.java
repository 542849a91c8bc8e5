// SPDX-License-Identifier: Apache-2.0
package dev.sluice.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import py4j.CallbackClient;
import py4j.GatewayServer;
import py4j.Py4JServerConnection;

/** Py4J's server on a free loopback port, with daemon threads and connections that prove themselves first. */
@SuppressWarnings("serial")
final class GuardedServer extends GatewayServer {
    private final Token token;
    private final Duration deadline;

    GuardedServer(Object entryPoint, Token token, Duration deadline) {
        super(
                entryPoint,
                0,
                GatewayServer.defaultAddress(),
                0,
                0,
                List.of(),
                callbacks(token),
                ServerSocketFactory.getDefault());
        this.token = token;
        this.deadline = deadline;
    }

    /**
     * Callbacks into Python go to port 0, which cannot be connected to, until the script names its own port through
     * {@code resetCallbackClient}: a fixed port could belong to another user, who would be given the token.
     */
    private static CallbackClient callbacks(Token token) {
        InetAddress loopback = GatewayServer.defaultAddress();
        return new CallbackClient(
                0, loopback, token.reveal(), 0, TimeUnit.SECONDS, SocketFactory.getDefault(), true, 0);
    }

    void open() {
        startSocket();
        Thread thread = new Thread(this, "sluice-gateway-accept");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    protected Py4JServerConnection createConnection(py4j.Gateway gateway, Socket socket) throws IOException {
        var connection = new GuardedConnection(gateway, socket, token, deadline, getListeners());
        connection.startConnection();
        return connection;
    }
}
