// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core;

/** Something that the user set, or failed to set, cannot be used: a setting, a master URL, a path, an interpreter. */
public class ConfigException extends SluiceException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception without a cause.
     *
     * @param message the name, the value, and the form that was expected
     */
    public ConfigException(String message) {
        super(message);
    }

    /**
     * Makes an exception that keeps its cause.
     *
     * @param message the name, the value, and the form that was expected
     * @param cause what led to it
     */
    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
