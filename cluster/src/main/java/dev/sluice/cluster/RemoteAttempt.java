// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.engine.Attempt;
import dev.sluice.engine.TaskTree;

/** A task as an executor was sent it. */
final class RemoteAttempt extends Attempt {
    private final TaskTree tree;

    RemoteAttempt(int partition, int attempt, long attemptId, TaskTree tree) {
        super(partition, attempt, attemptId);
        this.tree = tree;
    }

    TaskTree tree() {
        return tree;
    }
}
