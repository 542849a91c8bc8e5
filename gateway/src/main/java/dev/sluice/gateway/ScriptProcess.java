// SPDX-License-Identifier: Apache-2.0
package dev.sluice.gateway;

import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A running script: its two outputs are copied, it ends with this JVM, and it ends when the waiting thread is
 * interrupted.
 */
final class ScriptProcess {
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Process process;
    private final OutputPump output;
    private final OutputPump errors;

    private ScriptProcess(Process process, OutputPump output, OutputPump errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    static ScriptProcess start(ProcessBuilder builder, OutputStream output, OutputStream errors) {
        try {
            Process process = builder.start();
            return new ScriptProcess(
                    process,
                    OutputPump.start("sluice-script-output", process.getInputStream(), output),
                    OutputPump.start("sluice-script-errors", process.getErrorStream(), errors));
        } catch (IOException e) {
            throw new SluiceException(
                    "the script does not start: command=" + builder.command() + ", reason=" + e.getMessage(), e);
        }
    }

    /** Waits for the end and returns the exit code, which is 128 + the signal number for one that was killed. */
    int waitFor() throws InterruptedException {
        Thread hook = new Thread(process::destroy, "sluice-script-end");
        boolean hooked = addHook(hook);
        try {
            int code = process.waitFor();
            output.finish(GRACE);
            errors.finish(GRACE);
            return code;
        } catch (InterruptedException e) {
            end();
            throw e;
        } finally {
            if (hooked) {
                removeHook(hook);
            }
        }
    }

    private void end() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private boolean addHook(Thread hook) {
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            return true;
        } catch (IllegalStateException e) {
            // The JVM is ending already: the hook could not run any more.
            process.destroy();
            return false;
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook has run or will run against a process that is gone.
            return;
        }
    }
}
