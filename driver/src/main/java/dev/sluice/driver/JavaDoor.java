// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.gateway.Gateway;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Py4J gateway of a context: opened when the driver first asks for a class of Java, closed with the context. Few
 * programs ask, so no other program pays for it.
 */
final class JavaDoor implements AutoCloseable {
    private final Path directory;
    private @Nullable Gateway gateway;

    JavaDoor(Path directory) {
        this.directory = directory;
    }

    /** Opens the gateway anew: its token serves one reader, and the one before has lost its connection. */
    synchronized Map<String, Object> open() {
        close();
        Gateway opened = Gateway.open(new Object(), directory);
        gateway = opened;
        return Map.of("port", opened.port(), "token", opened.tokenFile().toString());
    }

    @Override
    public synchronized void close() {
        Gateway open = gateway;
        gateway = null;
        if (open != null) {
            open.close();
        }
    }
}
