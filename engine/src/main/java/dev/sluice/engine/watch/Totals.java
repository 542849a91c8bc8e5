// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

/**
 * Counts since the program's start, which never go down.
 *
 * @param jobsStarted jobs that were submitted
 * @param jobsSucceeded jobs that succeeded
 * @param jobsFailed jobs that failed or were cancelled
 * @param stagesStarted stages whose tasks were let run
 * @param tasksSucceeded attempts that succeeded
 * @param tasksFailed attempts in which user code raised
 * @param tasksLost attempts that were lost
 * @param tasksCancelled attempts that were cancelled
 * @param times where the time of all of them went
 * @param diskBytesSpilled bytes of run files that workers wrote
 * @param bytes length of what tasks emitted
 * @param records items that tasks emitted
 * @param workersStarted workers that were forked
 * @param workersEnded workers that ended
 */
public record Totals(
        long jobsStarted,
        long jobsSucceeded,
        long jobsFailed,
        long stagesStarted,
        long tasksSucceeded,
        long tasksFailed,
        long tasksLost,
        long tasksCancelled,
        Times times,
        long diskBytesSpilled,
        long bytes,
        long records,
        long workersStarted,
        long workersEnded) {}
