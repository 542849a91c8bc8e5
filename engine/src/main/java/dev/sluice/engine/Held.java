// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.TaskReport;

/**
 * A task of a barrier stage that ended well. What it made counts once all tasks of the same attempt have.
 *
 * @param task the task
 * @param pid the worker that ran it
 * @param report how it ended
 * @param execution what it made
 */
record Held(TaskRun task, long pid, TaskReport.Succeeded report, TaskExecution execution) {}
