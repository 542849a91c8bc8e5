// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.TaskReport;
import dev.sluice.worker.WorkerHandle;

/**
 * A task of a barrier stage that ended well. What it made counts once all tasks of the same attempt have.
 *
 * @param task the task
 * @param worker what ran it
 * @param report how it ended
 * @param made what it made
 */
record Held(TaskRun task, WorkerHandle worker, TaskReport.Succeeded report, TaskMade made) {}
