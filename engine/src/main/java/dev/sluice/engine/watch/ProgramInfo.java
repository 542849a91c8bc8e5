// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import java.util.Map;

/**
 * What is fixed about a program.
 *
 * @param id names it in addresses, the same as in no other program of this machine: letters, digits, dot, minus, underscore
 * @param name what its author calls it
 * @param master where it runs
 * @param pid the driver's process; 0 if that is not known
 * @param started in milliseconds since 1970
 * @param ended in milliseconds since 1970; 0 while it runs
 * @param settings the settings that it was given, secrets left out
 * @param defaults the settings that it was not given, and their values
 * @param environment variables for its workers, values of secrets left out
 * @param versions of what it runs on, by name
 * @param killable whether it can be ended from outside
 */
public record ProgramInfo(
        String id,
        String name,
        String master,
        long pid,
        long started,
        long ended,
        Map<String, String> settings,
        Map<String, String> defaults,
        Map<String, String> environment,
        Map<String, String> versions,
        boolean killable) {}
