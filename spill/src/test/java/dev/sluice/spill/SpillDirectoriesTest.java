// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillDirectoriesTest {
    @TempDir
    Path temp;

    /** Another run: holds a directory with a file in it until it is killed. */
    static final class OtherRun {
        private OtherRun() {}

        @SuppressWarnings("SystemOut") // what it prints is how the test knows that it is ready
        public static void main(String[] args) throws IOException {
            SpillDirectories dirs = SpillDirectories.open(List.of(Path.of(args[0])));
            Samples.write(Samples.chunks(1, 2, 50, 100), 2, MemoryBudget.of(0), dirs, Samples.TINY);
            System.out.println(dirs.paths().get(0));
            System.in.read();
        }
    }

    @Test
    void aDeadRunIsSweptAndALivingOneIsNot() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherRun.class.getName(),
                        temp.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(other.getInputStream(), UTF_8))) {
            Path theirs = Path.of(String.valueOf(out.readLine()));
            assertThat(theirs).isNotEmptyDirectory();
            SpillDirectories.open(List.of(temp)).close();
            assertThat(theirs).isNotEmptyDirectory();
            other.destroyForcibly().waitFor();
            assertThat(theirs).isNotEmptyDirectory();
            SpillDirectories.open(List.of(temp)).close();
            assertThat(temp).isEmptyDirectory();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void linksAreLeftAlone() throws IOException {
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Path keep = Files.createFile(elsewhere.resolve("keep"));
        Path parent = Files.createDirectory(temp.resolve("parent"));
        Files.createSymbolicLink(parent.resolve("sluice-spill-1-00"), elsewhere);
        Files.createFile(parent.resolve("sluice-spill-1-00.lock"));
        SpillDirectories.open(List.of(parent)).close();
        assertThat(keep).exists();
    }

    @Test
    void oneBadParentOfTwoIsPassedOver() {
        try (SpillDirectories dirs = SpillDirectories.open(List.of(temp.resolve("missing"), temp))) {
            assertThat(dirs.paths()).hasSize(1).allMatch(path -> path.startsWith(temp));
        }
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void outputsAreSpreadOverTheParents() throws IOException {
        Path a = Files.createDirectory(temp.resolve("a"));
        Path b = Files.createDirectory(temp.resolve("b"));
        try (SpillDirectories dirs = SpillDirectories.open(List.of(a, b))) {
            List<MapOutput> outputs = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                outputs.add(Samples.write(Samples.chunks(1, 2, 50, 100), 2, MemoryBudget.of(0), dirs, Samples.TINY));
            }
            assertThat(outputs.stream().filter(output -> Samples.fileOf(output).startsWith(a)))
                    .hasSize(3);
            outputs.forEach(MapOutput::close);
        }
    }

    @Test
    void noUsableParent() {
        Path missing = temp.resolve("missing");
        assertThatThrownBy(() -> SpillDirectories.open(List.of(missing)))
                .isInstanceOf(SpillException.class)
                .hasMessageContaining("no local directory can be used for spilling")
                .hasMessageContaining("directory=" + missing)
                .hasMessageContaining("NoSuchFileException");
        assertThatThrownBy(() -> SpillDirectories.open(List.of())).isInstanceOf(SpillException.class);
    }

    @Test
    void lazyOnesTouchTheDiskWhenSomethingSpills() {
        SpillDirectories dirs = SpillDirectories.lazy(List.of(temp));
        MemoryBudget budget = MemoryBudget.of(1 << 20);
        Samples.write(Samples.chunks(1, 2, 50, 100), 2, budget, dirs, Samples.TINY)
                .close();
        assertThat(temp).isEmptyDirectory();
        Samples.write(Samples.chunks(1, 2, 50, 100), 2, MemoryBudget.of(0), dirs, Samples.TINY)
                .close();
        assertThat(temp).isNotEmptyDirectory();
        dirs.close();
        assertThat(temp).isEmptyDirectory();
        SpillDirectories unused = SpillDirectories.lazy(List.of(temp));
        unused.close();
        assertThatThrownBy(unused::prepare).hasMessage("spill directories are closed: parents=[" + temp + "]");
    }

    @Test
    void closeRemovesWhatWasForgotten() {
        SpillDirectories dirs = SpillDirectories.open(List.of(temp));
        MapOutput forgotten = Samples.write(Samples.chunks(1, 2, 50, 100), 2, MemoryBudget.of(0), dirs, Samples.TINY);
        assertThat(forgotten.file()).isPresent();
        dirs.close();
        dirs.close();
        assertThat(temp).isEmptyDirectory();
        assertThatThrownBy(() -> forgotten.open(0)).isInstanceOf(UnreadableRunException.class);
    }
}
