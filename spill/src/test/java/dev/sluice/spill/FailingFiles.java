// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Files in memory that fail on demand: at the n-th call, once or from then on, or when a directory is full; and that
 * know what is open and what exists.
 */
final class FailingFiles implements SpillFiles {
    private final Map<Path, byte[][]> existing = new HashMap<>();
    private final Set<Object> open = ConcurrentHashMap.newKeySet();
    private final Set<Path> failing = new HashSet<>();
    private final Map<Path, Long> capacity = new HashMap<>();
    private long calls;
    private long failAt = Long.MAX_VALUE;
    private boolean forGood;

    /** Fails the n-th call from now, counted from 1; for good means every later one too. */
    synchronized void failAt(long n, boolean always) {
        calls = 0;
        failAt = n;
        forGood = always;
    }

    /** Every call that touches a file below this directory fails. */
    synchronized void failIn(Path directory) {
        failing.add(directory);
    }

    /** Limits what all files of a directory may hold. */
    synchronized void limit(Path directory, long bytes) {
        capacity.put(directory, bytes);
    }

    /** Takes the fault away, and tells whether it happened. */
    synchronized boolean heal() {
        boolean happened = calls >= failAt;
        failAt = Long.MAX_VALUE;
        return happened;
    }

    synchronized int openCount() {
        return open.size();
    }

    synchronized Set<Path> existing() {
        return Set.copyOf(existing.keySet());
    }

    /** The bytes of a file, to be damaged in place. */
    synchronized byte[] content(Path path) {
        byte[][] holder = existing.get(path);
        if (holder == null) {
            throw new IllegalArgumentException("no such file: " + path);
        }
        return holder[0];
    }

    synchronized void replace(Path path, byte[] content) {
        existing.put(path, new byte[][] {content});
    }

    private synchronized void call(String what, Path path) throws IOException {
        calls++;
        if (calls == failAt || (forGood && calls > failAt)) {
            throw new IOException("injected at call " + calls + ": " + what);
        }
        for (Path directory : failing) {
            if (path.startsWith(directory)) {
                throw new IOException("injected for " + directory + ": " + what);
            }
        }
    }

    @Override
    public synchronized SpillFile create(Path path) throws IOException {
        call("create", path);
        if (existing.containsKey(path)) {
            throw new IOException("exists: " + path);
        }
        byte[][] holder = {new byte[0]};
        existing.put(path, holder);
        return new MemoryFile(path, holder);
    }

    @Override
    public synchronized SpillFile open(Path path) throws IOException {
        call("open", path);
        byte[][] holder = existing.get(path);
        if (holder == null) {
            throw new IOException("no such file: " + path);
        }
        return new MemoryFile(path, holder);
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        call("delete", path);
        existing.remove(path);
    }

    @Override
    public synchronized long freeSpace(Path directory) throws IOException {
        call("freeSpace", directory);
        return capacity.getOrDefault(directory, Long.MAX_VALUE);
    }

    private final class MemoryFile implements SpillFile {
        private final Path path;
        private final byte[][] holder;

        MemoryFile(Path path, byte[][] holder) {
            this.path = path;
            this.holder = holder;
            open.add(this);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            synchronized (FailingFiles.this) {
                call("read", path);
                byte[] content = holder[0];
                int n = (int) Math.min(target.remaining(), content.length - position);
                if (n <= 0) {
                    return -1;
                }
                // One byte less than asked now and then: a reader must not take the first answer for all.
                n = n > 7 && calls % 2 == 0 ? n - 3 : n;
                target.put(content, (int) position, n);
                return n;
            }
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            synchronized (FailingFiles.this) {
                try {
                    call("write", path);
                } catch (IOException e) {
                    // What a failed write leaves behind is anything.
                    put(ByteBuffer.wrap(new byte[source.remaining()]), (int) position);
                    throw e;
                }
                int end = (int) position + source.remaining();
                Path directory = path.getParent();
                long room = directory == null ? Long.MAX_VALUE : capacity.getOrDefault(directory, Long.MAX_VALUE);
                boolean full = end > room;
                if (full) {
                    end = (int) Math.max(position, room);
                    source.limit(source.position() + (int) (end - position));
                }
                put(source, (int) position);
                if (full) {
                    throw new IOException("No space left on device");
                }
            }
        }

        private void put(ByteBuffer source, int position) {
            int end = position + source.remaining();
            byte[] content = holder[0];
            if (end > content.length) {
                content = Arrays.copyOf(content, end);
                holder[0] = content;
            }
            source.get(content, position, source.remaining());
        }

        @Override
        public long size() throws IOException {
            synchronized (FailingFiles.this) {
                call("size", path);
                return holder[0].length;
            }
        }

        @Override
        public void close() throws IOException {
            open.remove(this);
            call("close", path);
        }
    }
}
