// SPDX-License-Identifier: Apache-2.0
package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.python.PythonInterpreter;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

/** The interpreter of the tests, which has py4j, and where the scripts and the Python package are. */
final class Python {
    private Python() {}

    static Path interpreter() {
        String named = System.getenv("SLUICE_PYTHON");
        if (named != null && !named.isEmpty()) {
            return PythonInterpreter.find(System.getenv()).path();
        }
        Path python = root().resolve("python/target/venv/bin/python");
        assertThat(python)
                .as("made by the build from python/requirements-dev.txt")
                .exists();
        return python;
    }

    static Path root() {
        return Path.of(System.getProperty("sluice.root"));
    }

    static Path packages() {
        return root().resolve("python");
    }

    static Path script() {
        URL url = Python.class.getResource("/script.py");
        assertThat(url).isNotNull();
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static Path copyTo(Path target) throws java.io.IOException {
        Files.createDirectories(target.getParent());
        return Files.copy(script(), target);
    }
}
