// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import java.util.List;

/**
 * A node of a plan, as a person is shown it.
 *
 * @param id the node's number
 * @param kind {@code source}, {@code python}, {@code shuffle}, {@code union}, {@code coalesce}, {@code zip}, {@code
 *     cartesian} or {@code cached}
 * @param label what the program calls it; empty if nobody has said
 * @param partitions how many partitions it has
 * @param inputs the numbers of the nodes that it reads
 */
public record PlanNode(long id, String kind, String label, int partitions, List<Long> inputs) {}
