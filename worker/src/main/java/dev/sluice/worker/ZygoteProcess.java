// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.ProtocolException;
import dev.sluice.core.SluiceException;
import dev.sluice.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The zygote's process: started at once, awaited when first needed, started anew if it was lost. */
final class ZygoteProcess {
    /** Set unless the user set them: one thread a library, huge pages by madvise for large allocations. */
    private static final Map<String, String> QUIET = Map.of(
            "OPENBLAS_NUM_THREADS", "1",
            "OMP_NUM_THREADS", "1",
            "MKL_NUM_THREADS", "1",
            "JE_ARROW_MALLOC_CONF", "background_thread:false",
            "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");

    private static final String PROGRAM =
            "import sys; sys.path.insert(0, sys.argv[1]); from sluice.worker.zygote import main; main()";

    /** Exit codes above this are signals. */
    private static final int SIGNALLED = 128;

    private final PoolOptions options;
    private final Path socket;
    private final Path log;
    private @Nullable Process process;
    private CompletableFuture<ZygoteLink> link = new CompletableFuture<>();
    private CompletableFuture<JsonObject> hello = new CompletableFuture<>();
    private boolean killedEarly;
    private boolean closed;

    ZygoteProcess(PoolOptions options, Path socket) {
        this.options = options;
        this.socket = socket;
        this.log = options.directory().resolve("zygote.log");
    }

    synchronized void start() throws IOException {
        if (closed) {
            throw new IOException("the worker pool is closed");
        }
        List<String> hidden = new ArrayList<>();
        ProcessBuilder builder = new ProcessBuilder();
        Map<String, String> environment = builder.environment();
        environment.putAll(options.environment());
        QUIET.forEach((name, value) -> {
            if (environment.putIfAbsent(name, value) == null) {
                hidden.add(name);
            }
        });
        if (environment.put("PYTHONHASHSEED", options.hashSeed()) == null) {
            hidden.add("PYTHONHASHSEED");
        }
        builder.command(
                options.python(),
                "-P",
                "-c",
                PROGRAM,
                options.packageDirectory().toString(),
                socket.toString(),
                String.join(",", hidden),
                String.join(",", options.preload()));
        builder.redirectInput(new File("/dev/null"));
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Process started;
        try {
            started = builder.start();
        } catch (IOException e) {
            throw new WorkersUnusableException(
                    "cannot start Python: interpreter=" + options.python() + "; name one with sluice.worker.python: "
                            + e.getMessage(),
                    e);
        }
        process = started;
        CompletableFuture<ZygoteLink> awaited = link;
        CompletableFuture<JsonObject> greeted = hello;
        var unused = started.onExit().thenAccept(ended -> {
            SluiceException early = new SluiceException(explain(ended.exitValue()));
            if (awaited.completeExceptionally(early) && ended.exitValue() > SIGNALLED) {
                noteKilled(awaited);
            }
            greeted.completeExceptionally(early);
        });
    }

    private synchronized void noteKilled(CompletableFuture<ZygoteLink> early) {
        killedEarly |= early == link;
    }

    private String explain(int exitCode) {
        String said = tail();
        return said.contains("nknown option: -P")
                ? "it is older than Python 3.11, the oldest that Sluice runs on; set sluice.worker.python to a newer one"
                : "the zygote ended at its start: exit code=" + exitCode + said;
    }

    private String tail() {
        try {
            String text = Files.readString(log, StandardCharsets.ISO_8859_1).strip();
            return text.isEmpty() ? "" : "\n" + text.substring(Math.max(0, text.length() - 2000));
        } catch (IOException e) {
            return "";
        }
    }

    /** Takes the zygote's connection; refuses a second one. */
    synchronized void arrived(JsonObject greeting, ZygoteLink newLink) {
        if (link.isDone()) {
            throw new ProtocolException("a second zygote said hello: pid=" + newLink.pid());
        }
        String failure = greeting.text("failure", "");
        String mismatch = Versions.mismatch(options.versions(), greeting, options.python());
        if (mismatch != null) {
            failure = mismatch;
        }
        if (failure.isEmpty()) {
            hello.complete(greeting);
            link.complete(newLink);
        } else {
            SluiceException refused = new SluiceException(failure);
            hello.completeExceptionally(refused);
            link.completeExceptionally(refused);
        }
    }

    /** Starts another zygote in the place of one that was lost. */
    synchronized void restart() throws IOException {
        link = new CompletableFuture<>();
        hello = new CompletableFuture<>();
        start();
    }

    ZygoteLink link() throws IOException {
        CompletableFuture<ZygoteLink> awaited;
        synchronized (this) {
            if (killedEarly && !closed) {
                // Nobody's fault but the killer's; what ends by itself would do so again.
                killedEarly = false;
                restart();
            }
            awaited = link;
        }
        return get(awaited);
    }

    JsonObject hello() throws IOException {
        CompletableFuture<JsonObject> awaited;
        synchronized (this) {
            awaited = hello;
        }
        return get(awaited);
    }

    private <T> T get(CompletableFuture<T> future) throws IOException {
        try {
            return future.get(options.startTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new WorkersUnusableException(
                    "cannot start the Python workers: interpreter=" + options.python() + ": " + Causes.text(e), e);
        } catch (TimeoutException e) {
            throw new IOException("the Python workers did not start within " + options.startTimeout() + ": interpreter="
                    + options.python() + tail());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the Python workers start", e);
        }
    }

    synchronized void close() {
        closed = true;
        Process running = process;
        if (running == null) {
            return;
        }
        ZygoteLink connected = link.isCompletedExceptionally() ? null : link.getNow(null);
        if (connected == null) {
            // It has not said hello, so it has no children and nobody to tell it to end.
            running.destroyForcibly();
        } else {
            connected.close();
        }
        try {
            if (!running.waitFor(3, TimeUnit.SECONDS)) {
                running.destroyForcibly().waitFor(2, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
