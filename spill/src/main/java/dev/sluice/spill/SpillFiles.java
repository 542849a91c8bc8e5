// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The one door of this package to the file system. It knows no buffering and no naming; it exists so that a test can put
 * a failing file system behind everything here. Safe for use by many threads.
 */
public interface SpillFiles {

    /**
     * Makes a new file for reading and writing, mode 0600.
     *
     * @param path a name that does not exist
     * @return the open file
     * @throws IOException if it exists, as a link or pipe too, or cannot be made
     */
    SpillFile create(Path path) throws IOException;

    /**
     * Opens a file for reading.
     *
     * @param path its name, not followed if it is a link
     * @return the open file
     * @throws IOException if it is not there or cannot be read
     */
    SpillFile open(Path path) throws IOException;

    /**
     * Removes a file; none there is no error.
     *
     * @param path its name
     * @throws IOException if it is there still
     */
    void delete(Path path) throws IOException;

    /**
     * Tells how much this user may still write.
     *
     * @param directory an existing directory
     * @return bytes
     * @throws IOException if the file system cannot be asked
     */
    long freeSpace(Path directory) throws IOException;

    /**
     * The files of this machine.
     *
     * @return the shared implementation
     */
    static SpillFiles local() {
        return LocalFiles.INSTANCE;
    }
}
