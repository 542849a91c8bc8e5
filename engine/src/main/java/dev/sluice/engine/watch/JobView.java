// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.engine.PlanNode;
import java.util.List;

/**
 * A job.
 *
 * @param job its number
 * @param name where the program called for it
 * @param description what the program says of it; empty if nothing
 * @param group its job group; empty if it has none
 * @param tags its tags
 * @param status {@code RUNNING}, {@code SUCCEEDED} or {@code FAILED}
 * @param started in nanoseconds since 1970
 * @param ended in nanoseconds since 1970; 0 while it runs
 * @param reason why it failed; empty if it did not
 * @param stages its stages, in the order of their numbers
 * @param plan the nodes that it reaches; empty if nobody has told
 */
public record JobView(
        long job,
        String name,
        String description,
        String group,
        List<String> tags,
        String status,
        long started,
        long ended,
        String reason,
        List<StageView> stages,
        List<PlanNode> plan) {}
