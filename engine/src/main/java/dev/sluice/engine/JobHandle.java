// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

/** A job that was submitted. */
@FunctionalInterface
public interface JobHandle {
    /**
     * Stops the job: its workers are ended, and its sink hears of the failure if the job had not ended. Idempotent.
     *
     * @param reason why, for the error's text
     */
    void cancel(String reason);
}
