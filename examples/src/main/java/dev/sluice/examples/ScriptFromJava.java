// SPDX-License-Identifier: Apache-2.0
package dev.sluice.examples;

import dev.sluice.gateway.ScriptRunner;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Runs a Python script that asks a Java program for prices:
 *
 * <pre>{@code
 * from sluice import py4jdoor
 * print(py4jdoor.connect().entry_point.of("tea"))
 * }</pre>
 */
public final class ScriptFromJava {
    private ScriptFromJava() {}

    /** What the script may call: a public class with public methods. */
    public static final class Prices {
        private final Map<String, Integer> cents = Map.of("tea", 180, "cake", 320);

        public int of(String name) {
            return cents.getOrDefault(name, 0);
        }
    }

    /**
     * Runs the script.
     *
     * @param arguments the script, and its own arguments
     * @throws InterruptedException if this thread is interrupted; the script has been ended then
     */
    public static void main(String[] arguments) throws InterruptedException {
        int code = ScriptRunner.of(Path.of(arguments[0]))
                .entryPoint(new Prices())
                .arguments(Arrays.copyOfRange(arguments, 1, arguments.length))
                .run();
        if (code != 0) {
            throw new IllegalStateException("the script has failed: exit=" + code);
        }
    }
}
