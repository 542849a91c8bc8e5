// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.worker.PythonPackage;
import dev.sluice.worker.RunFiles;
import dev.sluice.worker.WorkerPool;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.jspecify.annotations.Nullable;

/**
 * The Python workers of an executor: one pool, which all tasks of the application share, whatever their job. It lasts as
 * long as the executor's JVM; a second application in the same JVM, as with a local master, has one of its own.
 */
final class ExecutorWorkers implements AutoCloseable {
    /** What is left for a directory's path, in bytes, of the 107 that a socket's may have. */
    private static final int LONGEST = 45;

    private static @Nullable ExecutorWorkers current;
    private static @Nullable Terms currentTerms;
    private static boolean hooked;

    private final RunFiles files;
    private final WorkerPool pool;
    private final ExecutorBroadcasts broadcasts;
    private final TaskWatch watch = new TaskWatch();

    private ExecutorWorkers(Terms terms) throws IOException {
        SparkEnv env = SparkEnv.get();
        List<Path> local = Stream.of(env.blockManager().diskBlockManager().localDirs())
                .map(File::toPath)
                .toList();
        this.files = RunFiles.make(temporary());
        try {
            Path directory = files.directory();
            Path packages = PythonPackage.unpack(PythonPackage.cache(System.getenv()), directory);
            this.pool = new WorkerPool(
                    terms.pool(directory, packages, local), (pid, stage, partition, piece) -> print(piece));
            try {
                this.broadcasts = new ExecutorBroadcasts(terms.application(), directory, pool::drop);
            } catch (IOException | RuntimeException e) {
                pool.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /** Not Spark's directories, nor YARN's: their names are too long for the path of a socket. */
    private static Path temporary() {
        String named = System.getProperty("java.io.tmpdir");
        return Path.of(named.getBytes(StandardCharsets.UTF_8).length > LONGEST ? "/tmp" : named);
    }

    /** Returns the workers of this executor, started if they were not. */
    static synchronized ExecutorWorkers of(Terms terms) throws IOException {
        ExecutorWorkers found = current;
        if (found == null || !terms.equals(currentTerms)) {
            end();
            if (!hooked) {
                hooked = true;
                Runtime.getRuntime().addShutdownHook(new Thread(ExecutorWorkers::end, "sluice-shutdown"));
            }
            found = new ExecutorWorkers(terms);
            current = found;
            currentTerms = terms;
        }
        return found;
    }

    /** Ends the workers of this process, if there are any. */
    static synchronized void end() {
        if (current != null) {
            current.close();
            current = null;
        }
    }

    /** To the executor's standard output, which Spark keeps and shows. */
    private static void print(ByteBuffer piece) {
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }

    WorkerPool pool() {
        return pool;
    }

    ExecutorBroadcasts broadcasts() {
        return broadcasts;
    }

    TaskWatch watch() {
        return watch;
    }

    @Override
    public void close() {
        watch.close();
        pool.close();
        broadcasts.close();
        files.close();
    }
}
