// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunFilesTest {
    @TempDir
    Path parent;

    @Test
    void whatDeadProgramsLeftIsRemovedAndNothingElse() throws Exception {
        Path dead = old("sluice-workers-1-dead");
        Path live = old("sluice-workers-1-live");
        Path open = old("sluice-workers-1-open");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path target = old("elsewhere");
        Path link = Files.createSymbolicLink(parent.resolve("sluice-workers-1-link"), target);
        Path young = Files.createDirectory(parent.resolve("sluice-workers-1-young"));
        String hold = "import fcntl, sys\nf = open(sys.argv[1], 'r+')\nfcntl.lockf(f, fcntl.LOCK_EX)\n"
                + "print('held', flush=True)\nsys.stdin.read()";
        Process holder = new ProcessBuilder(
                        TestPython.interpreter(),
                        "-I",
                        "-c",
                        hold,
                        live.resolve("lock").toString())
                .start();
        assertThat(holder.inputReader().readLine()).isEqualTo("held");
        try (RunFiles first = RunFiles.make(parent);
                RunFiles second = RunFiles.make(parent)) {
            assertThat(dead).doesNotExist();
            assertThat(live.resolve("zygote.log")).exists();
            assertThat(open.resolve("zygote.log"))
                    .as("anybody could have made it")
                    .exists();
            assertThat(link).isSymbolicLink();
            assertThat(target.resolve("zygote.log")).exists();
            assertThat(young).exists();
            assertThat(first.directory()).exists().isNotEqualTo(second.directory());
            assertThat(Files.getPosixFilePermissions(first.directory()))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        } finally {
            holder.getOutputStream().close();
            holder.waitFor();
        }
        RunFiles.make(parent).close();
        assertThat(live).doesNotExist();
    }

    private Path old(String name) throws IOException {
        Path directory = Files.createDirectory(
                parent.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createFile(directory.resolve("lock"));
        Files.createFile(directory.resolve("zygote.log"));
        return directory;
    }
}
