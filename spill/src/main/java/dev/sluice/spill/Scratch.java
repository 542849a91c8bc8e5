// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Temporary bytes on disk at positions that only grow. The file has no name any more when it is first written to, so
 * nothing is left however the process ends. Where a directory fails, the bytes go on in a file in another one; positions
 * do not change, since they are mapped to files by ranges.
 *
 * <p>One thread writes; others may read at the same time what was written before.
 */
final class Scratch implements BlockOutput.Sink, BlockSource, AutoCloseable {
    /** Positions from {@code from} on lie in {@code file}, beginning at {@code fileOffset}. */
    private record Range(long from, Path path, SpillFile file, long fileOffset) {}

    private final SpillDirectories directories;
    private final List<SpillFile> opened = new ArrayList<>();
    // Replaced as a whole by the writer, so that readers need no lock.
    private volatile Range[] ranges = {};
    private long position;
    private boolean closed;

    Scratch(SpillDirectories directories) {
        this.directories = directories;
    }

    @Override
    public void write(ByteBuffer blocks) {
        Range[] now = ranges;
        int length = blocks.remaining();
        if (now.length > 0) {
            Range last = now[now.length - 1];
            try {
                last.file.write(blocks.duplicate(), last.fileOffset + position - last.from);
            } catch (IOException e) {
                writeElsewhere(blocks, last.path.getParent(), e);
            }
        } else {
            writeElsewhere(blocks, null, null);
        }
        position += length;
    }

    private void writeElsewhere(ByteBuffer blocks, @Nullable Path not, @Nullable IOException cause) {
        try {
            directories.attempt("scratch", blocks.remaining(), not, path -> {
                SpillFile file = directories.files().create(path);
                directories.delete(path);
                try {
                    file.write(blocks.duplicate(), 0);
                    addRange(new Range(position, path, file, 0));
                } catch (IOException | RuntimeException e) {
                    discard(file);
                    throw e;
                }
                return file;
            });
        } catch (SpillException e) {
            if (cause == null) {
                throw e;
            }
            SpillException both = new SpillException(
                    "spilling failed: directory=" + not + " cause=" + cause + "; then " + e.getMessage(), cause);
            both.addSuppressed(e);
            throw both;
        }
    }

    private static void discard(SpillFile file) {
        try {
            file.close();
        } catch (IOException e) {
            // Its bytes are not wanted any more, and the kernel frees the descriptor all the same.
            return;
        }
    }

    private synchronized void addRange(Range range) throws IOException {
        if (closed) {
            throw new IOException("scratch file was closed meanwhile: file=" + range.path);
        }
        Range[] more = Arrays.copyOf(ranges, ranges.length + 1);
        more[ranges.length] = range;
        opened.add(range.file);
        ranges = more;
    }

    /** Forgets all bytes and starts again at the beginning of the newest file; nobody may read older positions. */
    void recycle() {
        Range[] now = ranges;
        if (now.length > 0) {
            Range last = now[now.length - 1];
            ranges = new Range[] {new Range(position, last.path, last.file, 0)};
        }
    }

    /** Where the next byte goes. */
    long position() {
        return position;
    }

    @Override
    public int read(ByteBuffer target, long at) throws IOException {
        Range[] now = ranges;
        int i = find(now, at);
        Range range = now[i];
        int limit = target.limit();
        if (i + 1 < now.length) {
            // The failed write may have left bytes of its own behind the end of this range.
            target.limit((int) Math.min(limit, target.position() + now[i + 1].from - at));
        }
        try {
            return range.file.read(target, range.fileOffset + at - range.from);
        } finally {
            target.limit(limit);
        }
    }

    @Override
    public Location locate(long at) {
        Range[] now = ranges;
        Range range = now[find(now, at)];
        return new Location(range.path, range.fileOffset + at - range.from);
    }

    private static int find(Range[] ranges, long at) {
        int i = ranges.length - 1;
        while (i > 0 && ranges[i].from > at) {
            i--;
        }
        return i;
    }

    /** Closes the files, which frees their space; closing again does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        opened.forEach(Scratch::discard);
    }
}
