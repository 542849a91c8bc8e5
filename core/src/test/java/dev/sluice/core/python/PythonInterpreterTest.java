// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonInterpreterTest {
    @TempDir
    Path directory;

    @Test
    void namedInterpreterWinsOverEveryEnvironment() throws IOException {
        Path named = fake("named", 3, 12);
        Map<String, String> environment =
                Map.of("SLUICE_PYTHON", named.toString(), "VIRTUAL_ENV", "/nowhere", "PATH", "/nowhere");
        assertThat(PythonInterpreter.find(environment)).isEqualTo(new PythonInterpreter(named, 3, 12));
    }

    @Test
    void activeEnvironmentWinsOverOurs() throws IOException {
        Path active = fake("active/bin/python", 3, 13);
        fake("home/.venv/bin/python", 3, 12);
        Map<String, String> environment = Map.of(
                "CONDA_PREFIX", directory.resolve("active").toString(),
                "SLUICE_HOME", directory.resolve("home").toString());
        assertThat(PythonInterpreter.find(environment).path()).isEqualTo(active);
    }

    @Test
    void oursWinsOverThePath() throws IOException {
        Path ours = fake("home/.venv/bin/python", 3, 12);
        fake("bin/python3", 3, 13);
        Map<String, String> environment = Map.of(
                "SLUICE_HOME", directory.resolve("home").toString(),
                "PATH", directory.resolve("bin").toString());
        assertThat(PythonInterpreter.find(environment).path()).isEqualTo(ours);
    }

    @Test
    void thePathIsSearchedLast() throws IOException {
        Path found = fake("with space/python3", 3, 11);
        Map<String, String> environment = Map.of(
                "SLUICE_HOME",
                directory.resolve("empty").toString(),
                "SLUICE_PYTHON",
                "",
                "PATH",
                "/nowhere:" + directory.resolve("with space"));
        assertThat(PythonInterpreter.find(environment).path()).isEqualTo(found);
    }

    @Test
    void tooOldIsOneLineThatNamesBothVersions() throws IOException {
        Path old = fake("old", 3, 10);
        assertThatThrownBy(() -> PythonInterpreter.find(Map.of("SLUICE_PYTHON", old.toString())))
                .isInstanceOf(SluiceException.class)
                .hasMessage("python is too old: version=3.10, needed=3.11, path=" + old + ", from SLUICE_PYTHON=" + old
                        + "; set SLUICE_PYTHON to a newer one");
    }

    @Test
    void missingIsOneLineThatSaysWhoNamedIt() {
        assertThatThrownBy(() -> PythonInterpreter.find(Map.of("VIRTUAL_ENV", "/nowhere")))
                .isInstanceOf(SluiceException.class)
                .hasMessage("no python interpreter: path=/nowhere/bin/python, from VIRTUAL_ENV=/nowhere; set"
                        + " SLUICE_PYTHON to a python of version 3.11 or newer");
    }

    @Test
    void anotherProgramIsNotAnInterpreter() {
        assertThatThrownBy(() -> PythonInterpreter.find(Map.of("SLUICE_PYTHON", "/bin/true")))
                .isInstanceOf(SluiceException.class)
                .hasMessageStartingWith("not a python interpreter: path=/bin/true, from SLUICE_PYTHON=/bin/true");
    }

    private Path fake(String name, int major, int minor) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\necho sluice " + major + " " + minor + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }
}
