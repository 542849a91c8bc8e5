// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Removes trees of files that are ours. */
final class Trees {
    private Trees() {}

    /**
     * Deletes a tree, links in it as links. What cannot be removed is logged and left; what others remove meanwhile, such
     * as a process that ends in it, is no matter.
     */
    static void delete(Path tree) {
        Removal removal = new Removal();
        try {
            Files.walkFileTree(tree, removal);
        } catch (IOException e) {
            removal.note(e);
        }
        IOException failure = removal.failure;
        if (failure != null) {
            LoggerFactory.getLogger(Trees.class)
                    .warn("cannot remove a directory: path={} reason={}", tree, failure.toString());
        }
    }

    /** Goes on after an entry that stays. */
    private static final class Removal extends SimpleFileVisitor<Path> {
        private @Nullable IOException failure;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            return remove(file);
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            note(e);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
            if (e != null) {
                note(e);
            }
            return remove(directory);
        }

        private FileVisitResult remove(Path path) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                note(e);
            }
            return FileVisitResult.CONTINUE;
        }

        private void note(IOException e) {
            // The first: the directories above what stays cannot be removed either.
            if (failure == null && !(e instanceof NoSuchFileException)) {
                failure = e;
            }
        }
    }
}
