// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.worker.BroadcastFile;
import dev.sluice.worker.RunFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The broadcasts of an application on this machine: files in shared memory that its executors here have in common. On
 * the driver's machine they are the driver's ({@link NearBroadcasts}). Elsewhere the first executor that needs one fetches
 * it from Spark, under a lock of all of them; the others find its file.
 */
final class ExecutorBroadcasts implements AutoCloseable {
    static final Path SHARED_MEMORY = Path.of("/dev/shm");
    /** What a fetched file leaves of shared memory, in bytes, at least: small files of others come there too. */
    private static final long ROOM = 8L << 20;
    /** Where the broadcast that this thread fetches is to go: Spark calls us back without saying for whom. */
    private static final ThreadLocal<@Nullable Path> ARRIVING = new ThreadLocal<>();

    private final RunFiles files;
    private final Path directory;
    private final Path spare;
    private final LongConsumer forget;
    private final Set<Long> held = new HashSet<>();

    /**
     * Opens the directory of an application, or of this executor alone where it cannot be shared.
     *
     * @param application Spark's name for it
     * @param spare a private directory on disk, for what shared memory has no room for
     * @param forget hears of broadcasts whose files were removed
     */
    ExecutorBroadcasts(String application, Path spare, LongConsumer forget) throws IOException {
        this.forget = forget;
        RunFiles made;
        try {
            made = RunFiles.join(SHARED_MEMORY, application);
        } catch (IOException e) {
            made = RunFiles.join(spare, application);
        }
        this.files = made;
        this.directory = made.directory();
        this.spare = spare;
    }

    /** What the file of a broadcast is called. */
    static String name(long id) {
        return "broadcast-" + id;
    }

    /** Where the broadcast that is being fetched by this thread becomes a file. */
    static Path arriving() throws IOException {
        Path path = ARRIVING.get();
        if (path == null) {
            throw new IOException("a broadcast of Python's arrived where no task asked for it");
        }
        return path;
    }

    /** Returns the file of a broadcast, fetched if no executor of this machine has it. */
    synchronized BroadcastFile get(Shipped broadcast) throws IOException {
        Path path = found(broadcast.id());
        if (path == null) {
            path = fetch(broadcast);
        }
        held.add(broadcast.id());
        return new BroadcastFile(broadcast.id(), path.toString(), broadcast.length(), broadcast.shared());
    }

    private @Nullable Path found(long id) {
        return Stream.of(directory, spare)
                .map(place -> place.resolve(name(id)))
                .filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS))
                .findFirst()
                .orElse(null);
    }

    /** Returns where it came to: with a master in this process, tasks read the driver's own file. */
    @SuppressWarnings("try")
    private Path fetch(Shipped broadcast) throws IOException {
        try (FileChannel channel = FileChannel.open(
                        directory.resolve("fetching"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            Path others = found(broadcast.id());
            if (others != null) {
                return others;
            }
            // Containers have little shared memory; what is beyond it is this executor's alone, on disk.
            boolean room = Files.getFileStore(directory).getUsableSpace() > broadcast.length() + ROOM;
            Path place = room ? directory : spare;
            Path unfinished = place.resolve("unfinished-" + broadcast.id());
            Files.deleteIfExists(unfinished);
            ARRIVING.set(unfinished);
            Path arrived;
            try {
                arrived = broadcast.content().value().path();
            } finally {
                ARRIVING.remove();
            }
            if (!arrived.equals(unfinished)) {
                return arrived;
            }
            return Files.move(unfinished, place.resolve(name(broadcast.id())), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /**
     * Removes what the program has dropped.
     *
     * @param live the broadcasts that it had when it said so
     * @param newest the last that it had made then
     */
    synchronized void keep(List<Long> live, long newest) {
        for (long id : List.copyOf(held)) {
            if (id <= newest && !live.contains(id)) {
                held.remove(id);
                try {
                    Files.deleteIfExists(directory.resolve(name(id)));
                    Files.deleteIfExists(spare.resolve(name(id)));
                } catch (IOException e) {
                    // It goes with the directory.
                }
                forget.accept(id);
            }
        }
    }

    @Override
    public void close() {
        files.close();
    }
}
