// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.frame.FrameType;
import dev.sluice.os.Processes;
import dev.sluice.os.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver that runs beside the coordinator for someone who waits for it: its two outputs and its exit code go there as
 * they come, a request to cancel becomes the signal of Ctrl-C, and it ends when nobody waits any more.
 */
final class SubmittedDriver {
    private static final Logger LOG = LoggerFactory.getLogger(SubmittedDriver.class);
    private static final int PIECE = 8192;
    private static final int STANDARD_OUTPUT = 1;
    private static final int STANDARD_ERROR = 2;
    private static final long GRACE_SECONDS = 2;

    private final Visit visit;
    private final Process process;

    SubmittedDriver(Visit visit, Process process) {
        this.visit = visit;
        this.process = process;
    }

    /** Passes on what it says until it has ended. */
    void attend() {
        LOG.info("driver begins: pid={}", process.pid());
        visit.onFrame(frame -> {
            if (frame.type() == FrameType.CANCEL) {
                interrupt();
            }
        });
        visit.onGone(this::end);
        Thread errors = new Thread(() -> copy(process.getErrorStream(), STANDARD_ERROR), "sluice-driver-errors");
        errors.setDaemon(true);
        errors.start();
        copy(process.getInputStream(), STANDARD_OUTPUT);
        try {
            errors.join();
            int code = process.waitFor();
            LOG.info("driver ended: pid={} code={}", process.pid(), code);
            visit.answerLast(Map.of("exit", code));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end();
        }
    }

    /** Passes one output on, no faster than it is read. */
    private void copy(InputStream from, int stream) {
        byte[] buffer = new byte[PIECE];
        try (from) {
            int count;
            while ((count = from.read(buffer)) >= 0) {
                visit.send(FrameType.OUTPUT, stream, buffer, count);
            }
        } catch (IOException e) {
            LOG.debug("output of a driver ended: {}", e.toString());
        }
    }

    private void interrupt() {
        if (process.isAlive()) {
            Processes.signal(process.pid(), Signal.INT);
        }
    }

    /** Asks it to end, as a terminal that is closed does, and sees to it after a while. */
    void end() {
        process.destroy();
        var unused = process.onExit()
                .orTimeout(GRACE_SECONDS, TimeUnit.SECONDS)
                .exceptionally(late -> process.destroyForcibly());
    }

    /** Waits until it has ended, which is soon after {@link #end}. */
    void awaitEnd() {
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
