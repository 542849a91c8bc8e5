// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.frame.FrameType;
import dev.sluice.os.Processes;
import dev.sluice.os.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
    private static final long REST_MILLIS = 1_000;

    private final Visit visit;
    private final Process process;
    private final AtomicInteger passing = new AtomicInteger();
    private final AtomicLong passed = new AtomicLong();

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
        Thread errors = copying(process.getErrorStream(), STANDARD_ERROR, "sluice-driver-errors");
        Thread output = copying(process.getInputStream(), STANDARD_OUTPUT, "sluice-driver-output");
        try {
            int code = process.waitFor();
            awaitRest(errors);
            awaitRest(output);
            LOG.info("driver ended: pid={} code={}", process.pid(), code);
            visit.answerLast(Map.of("exit", code));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end();
        }
    }

    /** Waits until all is passed on; what the driver has started and left may hold its outputs open, and say nothing. */
    private void awaitRest(Thread copy) throws InterruptedException {
        long before = -1;
        while (copy.isAlive() && (passing.get() > 0 || before != passed.get())) {
            before = passed.get();
            copy.join(REST_MILLIS);
        }
    }

    private Thread copying(InputStream from, int stream, String name) {
        Thread thread = new Thread(() -> copy(from, stream), name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Passes one output on, no faster than it is read. */
    private void copy(InputStream from, int stream) {
        byte[] buffer = new byte[PIECE];
        try (from) {
            int count;
            while ((count = from.read(buffer)) >= 0) {
                passing.incrementAndGet();
                visit.send(FrameType.OUTPUT, stream, buffer, count);
                passed.incrementAndGet();
                passing.decrementAndGet();
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
