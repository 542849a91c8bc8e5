// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Watches by poll(2) over pidfds and one eventfd that ends the wait when the set changes. */
final class PidfdWatch extends AbstractWatch {
    private static final int EFD_NONBLOCK_CLOEXEC = 0x80800;
    private static final int SLICE_MILLIS = 60_000;

    private final Descriptor event;

    PidfdWatch() {
        int fd = LibC.eventfd(0, EFD_NONBLOCK_CLOEXEC);
        if (fd < 0) {
            throw new OsException("eventfd failed", LibC.errno());
        }
        event = new Descriptor(fd, "eventfd of a process watch");
    }

    @Override
    @Nullable
    ProcessRef hold(long pid) {
        return PidfdRef.open(pid);
    }

    @Override
    void waitForNews(List<Entry> watched) {
        ByteBuffer set = Poll.set(watched.size() + 1);
        Poll.put(set, 0, event.number());
        int count = 1;
        for (Entry entry : watched) {
            // A number that was closed and given away meanwhile at worst ends the wait early: ends are confirmed by
            // asking the entry itself, and its closing has woken us.
            if (entry.process() instanceof PidfdRef ref && !ref.descriptor().isClosed()) {
                Poll.put(set, count++, ref.descriptor().number());
            }
        }
        Poll.await(set, count, SLICE_MILLIS);
        event.read(ByteBuffer.allocateDirect(Long.BYTES));
    }

    @Override
    void wake() {
        synchronized (event) {
            writeOne();
        }
    }

    private void writeOne() {
        if (!event.isClosed()) {
            ByteBuffer one = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
            event.write(one.putLong(0, 1));
        }
    }

    @Override
    void release() {
        synchronized (event) {
            event.close();
        }
    }
}
