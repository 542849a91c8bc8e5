// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

/**
 * Chooses output.
 *
 * @param pid the worker, or -1 for any
 * @param stage the stage, or -1 for any
 * @param partition the partition, or -1 for any
 */
public record OutputFilter(long pid, int stage, int partition) {
    /** All output. */
    public static final OutputFilter ALL = new OutputFilter(-1, -1, -1);

    /**
     * Tells whether this chooses a line.
     *
     * @param line the line
     * @return true if so
     */
    public boolean takes(OutputLine line) {
        return (pid < 0 || pid == line.pid())
                && (stage < 0 || stage == line.stage())
                && (partition < 0 || partition == line.partition());
    }
}
