// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.engine.Event;

/**
 * Why an attempt at a task did not succeed. Texts are cut to a bound.
 *
 * @param time when it was told, in nanoseconds since 1970
 * @param job the job's number
 * @param stage the stage's number
 * @param partition the partition
 * @param attempt 0 for the first try
 * @param pid the worker; 0 if there was none
 * @param type the exception's type; empty if the worker or a block was lost
 * @param message what is known
 * @param traceback the Python stack; empty if there is none
 */
public record Failure(
        long time,
        long job,
        int stage,
        int partition,
        int attempt,
        long pid,
        String type,
        String message,
        String traceback) {
    /** Characters of one text that are kept: of a message its beginning, of a stack its end. */
    static final int TEXT = 8 * 1024;

    static Failure of(Event.TaskFailure event, long time) {
        return new Failure(
                time,
                event.job(),
                event.stage(),
                event.partition(),
                event.attempt(),
                event.pid(),
                cut(event.type()),
                cut(event.message()),
                tail(event.traceback()));
    }

    static String cut(String text) {
        return text.length() <= TEXT ? text : text.substring(0, TEXT) + " …";
    }

    static String tail(String text) {
        return text.length() <= TEXT ? text : "… " + text.substring(text.length() - TEXT);
    }
}
