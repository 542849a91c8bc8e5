// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Says which tasks of a lease are begun and which are taken back. Each task is one byte of a file, named by its attempt
 * id: whoever gets the kernel's lock on it has the task, the worker to run it, this side to give it to another. Locks
 * of a process end with it. The worker writes into the file's first bytes which task it began last.
 */
final class Claims {
    private final Path path;
    private final FileChannel channel;
    /** Locks on tasks of this lease, and on those of earlier ones that the worker may still have to skip. */
    private final List<FileLock> taken = new ArrayList<>();

    private final List<FileLock> earlier = new ArrayList<>();
    private boolean named = true;

    Claims(Path path) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        channel.write(ByteBuffer.allocate(Long.BYTES).putLong(-1).flip());
    }

    /** Begins another lease. */
    synchronized void renew() {
        earlier.addAll(taken);
        taken.clear();
    }

    /** Takes a task; false if the worker has it, or the worker is closed. */
    synchronized boolean take(long attemptId) {
        try {
            FileLock lock = channel.tryLock(Long.BYTES + attemptId, 1, false);
            if (lock != null) {
                taken.add(lock);
            }
            return lock != null;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Notes that a task of this lease has ended, so that the worker has the file open, and is past earlier leases: the
     * name and their locks can go.
     */
    synchronized void reached() {
        remove();
        for (FileLock lock : earlier) {
            try {
                lock.release();
            } catch (IOException e) {
                // The file is closed, and with it the lock is gone.
            }
        }
        earlier.clear();
    }

    /** The task begun last; -1 if there was none, or the file cannot be read. */
    synchronized long last() {
        try {
            ByteBuffer last = ByteBuffer.allocate(Long.BYTES);
            return channel.read(last, 0) == Long.BYTES ? last.getLong(0) : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    synchronized void close() {
        Channels.close(channel);
        remove();
    }

    private void remove() {
        if (named) {
            named = false;
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                // It lies in the run's directory, which is removed as a whole.
            }
        }
    }
}
