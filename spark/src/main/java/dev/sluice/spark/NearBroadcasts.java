// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.worker.BroadcastFile;
import dev.sluice.worker.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The driver's broadcasts where executors on its own machine look first: further names of its files, in the directory
 * that these executors share. Nothing is sent to them then, nor copied. Spark carries the same to all other machines.
 */
final class NearBroadcasts implements AutoCloseable {
    private final @Nullable RunFiles files;

    /**
     * Joins the directory of an application.
     *
     * @param application Spark's name for it
     * @param apart whether executors are processes of their own; else they find the driver's files without this
     */
    NearBroadcasts(String application, boolean apart) {
        @Nullable RunFiles joined = null;
        if (apart) {
            try {
                joined = RunFiles.join(ExecutorBroadcasts.SHARED_MEMORY, application);
            } catch (IOException e) {
                // Without shared memory there is nothing to share.
            }
        }
        this.files = joined;
    }

    private @Nullable Path place(long id) {
        return files == null ? null : files.directory().resolve(ExecutorBroadcasts.name(id));
    }

    /** Gives a file its further name, if it lies in shared memory. */
    void offer(BroadcastFile file) {
        Path place = place(file.id());
        if (place != null) {
            try {
                Files.createLink(place, Path.of(file.path()));
            } catch (IOException | UnsupportedOperationException e) {
                // It is on a disk: Spark carries it to the executors here, too.
            }
        }
    }

    /** Takes the further name back. */
    void drop(long id) {
        Path place = place(id);
        if (place != null) {
            try {
                Files.deleteIfExists(place);
            } catch (IOException e) {
                // It goes with the directory.
            }
        }
    }

    @Override
    public void close() {
        if (files != null) {
            files.close();
        }
    }
}
