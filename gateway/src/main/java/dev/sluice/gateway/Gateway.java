// SPDX-License-Identifier: Apache-2.0
package dev.sluice.gateway;

import dev.sluice.core.SluiceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import py4j.Py4JNetworkException;

/**
 * A Py4J server on a free port of the loopback interface through which one Python process may call this JVM. The Python
 * side is given the port and the path of the token file, and calls {@code sluice.py4jdoor.connect(port, token_file)},
 * which reads the file and unlinks it: a second reader finds nothing. The secret itself is in no argument, environment
 * or log.
 *
 * <p>It is for control only, since Py4J decodes bytes slowly. It does not start the Python process; {@link ScriptRunner}
 * does. A test opens one with any object as entry point.
 */
public final class Gateway implements AutoCloseable {
    private static final Duration AUTH_DEADLINE = Duration.ofSeconds(5);

    private final GuardedServer server;
    private final PrivateDirectory directory;
    private final Path tokenFile;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Gateway(GuardedServer server, PrivateDirectory directory, Path tokenFile) {
        this.server = server;
        this.directory = directory;
        this.tokenFile = tokenFile;
    }

    /**
     * Opens a gateway.
     *
     * @param entryPoint the object that Python sees as {@code gateway.entry_point}; its class and methods must be public
     * @return the open gateway, to be closed by the caller
     * @throws SluiceException if no port can be had or no private directory made
     */
    public static Gateway open(Object entryPoint) {
        return open(entryPoint, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /**
     * Opens a gateway whose token file is below a directory of the caller's.
     *
     * @param entryPoint the object that Python sees as {@code gateway.entry_point}; its class and methods must be public
     * @param parent an existing directory; what is left there by a killed JVM is removed by whoever opens the next one
     * @return the open gateway, to be closed by the caller
     * @throws SluiceException if no port can be had or no private directory made
     */
    public static Gateway open(Object entryPoint, Path parent) {
        return open(entryPoint, parent, AUTH_DEADLINE);
    }

    static Gateway open(Object entryPoint, Path parent, Duration deadline) {
        Token token = Token.random();
        PrivateDirectory directory = PrivateDirectory.create(parent);
        try {
            Path tokenFile = directory.writeToken(token);
            GuardedServer server = new GuardedServer(entryPoint, token, deadline);
            server.open();
            return new Gateway(server, directory, tokenFile);
        } catch (Py4JNetworkException e) {
            directory.close();
            throw new SluiceException(
                    "no port for the gateway: address=127.0.0.1, reason=" + e.getMessage()
                            + "; look at the limits on open files and ports",
                    e);
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /**
     * The port on 127.0.0.1.
     *
     * @return a port number from 1 to 65535
     */
    public int port() {
        return server.getListeningPort();
    }

    /**
     * The one-shot token file (mode 0600, in a directory of mode 0700). It is gone once Python has connected.
     *
     * @return an absolute path
     */
    public Path tokenFile() {
        return tokenFile;
    }

    /** Ends every connection, frees the port and removes the token file. Calling it again does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try (directory) {
                server.shutdown();
            }
        }
    }
}
