// SPDX-License-Identifier: Apache-2.0
package dev.sluice.gateway;

import java.nio.file.Path;
import java.util.Arrays;

/**
 * A Java program that lets a Python script call it: {@code java ... ScriptExample SCRIPT [ARGUMENTS]}. The script says
 *
 * <pre>{@code
 * from sluice import py4jdoor
 * print(py4jdoor.connect().entry_point.greet("Python"))
 * }</pre>
 */
public final class ScriptExample {
    private ScriptExample() {}

    /** What the script may call: a public class with public methods. */
    public static final class Greeter {
        public String greet(String name) {
            return "hello " + name;
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        int code = ScriptRunner.of(Path.of(arguments[0]))
                .entryPoint(new Greeter())
                .arguments(Arrays.copyOfRange(arguments, 1, arguments.length))
                .run();
        System.exit(code);
    }
}
