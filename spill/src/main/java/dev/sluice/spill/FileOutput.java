// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import dev.sluice.core.codec.Codec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** A map output in one run file. The index stays in memory; that of the file must agree with it at the first open. */
final class FileOutput implements MapOutput {
    private final Path path;
    private final SpillFiles files;
    private final Consumer<Path> remove;
    private final RunIndex index;
    private final Codec codec;
    private volatile boolean verified;
    private volatile boolean closed;

    FileOutput(Path path, SpillDirectories directories, RunIndex index, Codec codec) {
        this(path, directories.files(), directories::delete, index, codec);
    }

    /** With {@code remove}, which gets rid of the file once nobody needs it. */
    FileOutput(Path path, SpillFiles files, Consumer<Path> remove, RunIndex index, Codec codec) {
        this.path = path;
        this.files = files;
        this.remove = remove;
        this.index = index;
        this.codec = codec;
    }

    /** The same file, to be verified anew. */
    FileOutput unverified() {
        return new FileOutput(path, files, remove, index, codec);
    }

    @Override
    public int partitions() {
        return index.partitions();
    }

    @Override
    public long bytes(int partition) {
        return index.bytes(partition);
    }

    @Override
    public long records(int partition) {
        return index.records(partition);
    }

    @Override
    public ChunkReader open(int partition) {
        Objects.checkIndex(partition, index.partitions());
        if (closed) {
            throw new SpillException("map output is closed: file=" + path + " partition=" + partition);
        }
        SpillFile file;
        try {
            file = files.open(path);
        } catch (IOException e) {
            throw UnreadableRunException.io(path, index.offset(partition), e);
        }
        try {
            if (!verified) {
                RunFileCheck.verify(path, file, index, codec.id());
                verified = true;
            }
        } catch (RuntimeException e) {
            closeFile(file, e);
            throw e;
        }
        return new RangeReader(
                path,
                file,
                codec,
                "partition " + partition,
                index.offset(partition),
                index.stored(partition),
                index.bytes(partition),
                index.headersCrc(partition));
    }

    private static void closeFile(SpillFile file, RuntimeException e) {
        try {
            file.close();
        } catch (IOException second) {
            e.addSuppressed(second);
        }
    }

    @Override
    public StoredBlock block(int partition) {
        return new StoredBlock(
                path,
                index.offset(partition),
                index.stored(partition),
                index.bytes(partition),
                index.headersCrc(partition),
                codec.id());
    }

    RunIndex index() {
        return index;
    }

    byte codec() {
        return codec.id();
    }

    @Override
    public Optional<Path> file() {
        return Optional.of(path);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        remove.accept(path);
    }
}
