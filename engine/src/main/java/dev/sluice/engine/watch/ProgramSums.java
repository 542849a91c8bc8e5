// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.engine.Event;

/** Counts of a {@link JobHistory}, which guards them. */
final class ProgramSums {
    long jobsStarted;
    long jobsSucceeded;
    long jobsFailed;
    long stages;
    long workersStarted;
    long workersEnded;
    TaskSums tasks = new TaskSums();

    void clear() {
        jobsStarted = 0;
        jobsSucceeded = 0;
        jobsFailed = 0;
        stages = 0;
        workersStarted = 0;
        workersEnded = 0;
        tasks = new TaskSums();
    }

    Totals totals() {
        return new Totals(
                jobsStarted,
                jobsSucceeded,
                jobsFailed,
                stages,
                tasks.count(Event.Outcome.SUCCEEDED),
                tasks.count(Event.Outcome.FAILED),
                tasks.count(Event.Outcome.LOST),
                tasks.count(Event.Outcome.CANCELLED),
                tasks.times(),
                tasks.diskBytesSpilled(),
                tasks.bytes(),
                tasks.records(),
                workersStarted,
                workersEnded);
    }
}
