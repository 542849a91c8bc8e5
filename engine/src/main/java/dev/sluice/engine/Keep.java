// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

/** Where the bytes of a {@link Dataset.Cached} may be. */
public enum Keep {
    /** In memory; a partition for which there is no room is computed each time it is read. */
    MEMORY,
    /** In memory, or in a file where there is no room. */
    MEMORY_AND_DISK,
    /** In a file. */
    DISK
}
