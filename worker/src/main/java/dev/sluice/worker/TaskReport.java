// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a task ended in a worker that lives on. */
public sealed interface TaskReport {
    /**
     * The task succeeded.
     *
     * @param streams what each output stream held
     * @param metrics what it cost
     * @param accumulators pickled accumulator updates; empty if there are none
     */
    record Succeeded(List<StreamCount> streams, TaskMetrics metrics, byte[] accumulators) implements TaskReport {
        /**
         * Returns what one stream held.
         *
         * @param stream its number
         * @return the count, or null if it got nothing
         */
        public @Nullable StreamCount stream(int stream) {
            for (StreamCount count : streams) {
                if (count.stream() == stream) {
                    return count;
                }
            }
            return null;
        }
    }

    /**
     * User code raised.
     *
     * @param type the exception's qualified Python name
     * @param message its text
     * @param traceback the Python traceback from the user's first line
     * @param pickled the pickled exception; empty if it cannot be pickled
     * @param metrics what the task had cost until then
     */
    record Failed(String type, String message, String traceback, byte[] pickled, TaskMetrics metrics)
            implements TaskReport {}

    /**
     * What an output stream held.
     *
     * @param stream its number
     * @param bytes its length in bytes
     * @param records items in it
     */
    record StreamCount(int stream, long bytes, long records) {}
}
