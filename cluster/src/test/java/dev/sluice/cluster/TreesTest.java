// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {
    /** Two such paths, one after the other, are longer than any that the system takes. */
    private static final int DEEP = 12;

    @TempDir
    Path directory;

    private static Path deep(Path from) throws IOException {
        Path deepest = from;
        for (int i = 0; i < DEEP; i++) {
            deepest = deepest.resolve(Integer.toString(i % 10).repeat(200));
        }
        return Files.createDirectories(deepest);
    }

    @Test
    void aTreeGoesWithAllThatIsInItAndNotWhereItsLinksPoint() throws Exception {
        Path kept = Files.createFile(directory.resolve("kept"));
        Path tree = directory.resolve("tree");
        Files.createDirectories(tree.resolve("below"));
        Files.createFile(tree.resolve("below/file"));
        Files.createSymbolicLink(tree.resolve("link"), directory);
        Files.createSymbolicLink(tree.resolve("nowhere"), directory.resolve("nothing"));
        Trees.delete(tree);
        assertThat(tree).doesNotExist();
        assertThat(kept).exists();
        Trees.delete(tree);
    }

    @Test
    void whatCannotBeWalkedIsLeftAndTheRestGoes() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("a"));
        Path place = deep(tree);
        Path other = Files.createDirectory(directory.resolve("b"));
        deep(other);
        Path file = Files.createFile(tree.resolve("z"));
        Path tooFar = Files.move(other, place.resolve("b"));
        Trees.delete(tree);
        assertThat(tooFar).exists();
        assertThat(file).doesNotExist();
        // Where it can be walked again.
        Files.move(tooFar, other);
        Trees.delete(other);
        Trees.delete(tree);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void severalMayRemoveTheSameTree() throws Exception {
        for (int round = 0; round < 5; round++) {
            Path tree = Files.createDirectory(directory.resolve("tree" + round));
            for (int i = 0; i < 400; i++) {
                Files.createFile(tree.resolve("run" + i));
            }
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> Trees.delete(tree));
            Trees.delete(tree);
            other.get(30, TimeUnit.SECONDS);
            assertThat(tree).doesNotExist();
        }
    }
}
