// SPDX-License-Identifier: Apache-2.0
package dev.sluice.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies one output of a child process to a stream of the parent's, flushing after each read. */
final class OutputPump {
    private static final Logger LOG = LoggerFactory.getLogger(OutputPump.class);
    private static final int BUFFER_BYTES = 8192;

    private final InputStream from;
    private final OutputStream to;
    private final Thread thread;

    private OutputPump(String name, InputStream from, OutputStream to) {
        this.from = from;
        this.to = to;
        this.thread = new Thread(this::copy, name);
        thread.setDaemon(true);
    }

    static OutputPump start(String name, InputStream from, OutputStream to) {
        OutputPump pump = new OutputPump(name, from, to);
        pump.thread.start();
        return pump;
    }

    /**
     * Waits until all is copied. A process that the script left behind may hold the pipe open for ever, so this gives
     * up after a while and closes the pipe.
     */
    void finish(Duration patience) throws InterruptedException {
        thread.join(patience.toMillis());
        if (thread.isAlive()) {
            LOG.warn("output of the script is still open after its end: seconds={}", patience.toMillis() / 1000.0);
        }
        try {
            from.close();
        } catch (IOException e) {
            LOG.debug("closing a pipe failed: reason={}", e.toString());
        }
    }

    private void copy() {
        byte[] buffer = new byte[BUFFER_BYTES];
        boolean writable = true;
        try {
            int count;
            while ((count = from.read(buffer)) >= 0) {
                writable = writable && write(buffer, count);
            }
        } catch (IOException e) {
            LOG.debug("reading a script's output ended: reason={}", e.toString());
        }
    }

    /** A target that fails is not written again, but the pipe is still drained, so that the script does not block. */
    private boolean write(byte[] buffer, int count) {
        try {
            to.write(buffer, 0, count);
            to.flush();
            return true;
        } catch (IOException e) {
            LOG.warn("output of the script is lost from here on: reason={}", e.toString());
            return false;
        }
    }
}
