// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

/**
 * Pickled functions as they travel to workers; the JVM never looks inside.
 *
 * @param digest names the bytes; equal digests mean equal bytes
 * @param bytes the pickle
 */
public record Command(String digest, byte[] bytes) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Command command && command.digest.equals(digest);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return "Command[" + digest + ", " + bytes.length + " bytes]";
    }
}
