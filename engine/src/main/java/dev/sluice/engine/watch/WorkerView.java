// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import org.jspecify.annotations.Nullable;

/**
 * What events told of a worker.
 *
 * @param pid its process
 * @param parent the process that forked it; 0 if that is not known
 * @param started when it was first heard of, in nanoseconds since 1970
 * @param ended in nanoseconds since 1970; 0 while it lives
 * @param how its exit code or signal; empty while it lives
 * @param running attempts that it was given and that have not ended
 * @param tasks attempts that ended in it
 * @param failed those in which user code raised
 * @param runNanos time of its attempts
 * @param lastError the failure that it met last; null if it met none
 */
public record WorkerView(
        long pid,
        long parent,
        long started,
        long ended,
        String how,
        int running,
        long tasks,
        long failed,
        long runNanos,
        @Nullable Failure lastError) {}
