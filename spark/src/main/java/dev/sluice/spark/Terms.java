// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.core.json.Json;
import dev.sluice.core.settings.Settings;
import dev.sluice.driver.DriverConfig;
import dev.sluice.worker.PoolOptions;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How executors start and keep their workers: what the driver was told of the program, without what is the driver's own.
 *
 * @param application Spark's name for the application
 * @param program the program as JSON, as {@link DriverConfig#read} takes it
 */
record Terms(String application, String program) implements Serializable {
    static Terms of(String application, DriverConfig config) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("directory", "/");
        told.put("pid", 0L);
        told.put("python", config.python());
        told.put("package", "/");
        told.put("hashSeed", config.hashSeed());
        told.put("environment", config.environment());
        told.put("settings", new LinkedHashMap<>(config.configuration().entries()));
        told.put("versions", config.versions());
        return new Terms(application, Json.write(told));
    }

    /**
     * Returns how to start workers in this executor.
     *
     * @param directory a private directory of this executor
     * @param packages where the Python package was unpacked
     * @param local Spark's directories for data that does not fit in memory
     */
    PoolOptions pool(Path directory, Path packages, List<Path> local) {
        DriverConfig told = DriverConfig.read(Json.parse(program.getBytes(StandardCharsets.UTF_8)));
        String directories = local.stream().map(Path::toString).collect(Collectors.joining(","));
        return new DriverConfig(
                        directory,
                        ProcessHandle.current().pid(),
                        interpreter(told.python()),
                        packages,
                        told.hashSeed(),
                        told.environment(),
                        told.configuration().with(Map.of(Settings.LOCAL_DIRS.name(), directories)),
                        told.versions(),
                        told.start())
                .pool(directory);
    }

    /** A driver's interpreter may be one of a virtual environment that executors do not have. */
    private static String interpreter(String drivers) {
        String named = System.getenv("PYSPARK_PYTHON");
        if (named != null && !named.isBlank()) {
            return named;
        }
        return Files.isExecutable(Path.of(drivers)) ? drivers : "python3";
    }
}
