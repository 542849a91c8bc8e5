// SPDX-License-Identifier: Apache-2.0
/**
 * Bytes that do not fit in memory: every type here holds what its {@link dev.sluice.spill.MemoryBudget} grants and puts
 * the rest in private, checksummed files that are gone when it is closed.
 *
 * <p>Start with {@link dev.sluice.spill.PartitionWriter} (one map task's output by partition, giving a {@link
 * dev.sluice.spill.MapOutput}) or {@link dev.sluice.spill.Spool} (a queue between one writer and one reader) or {@link
 * dev.sluice.spill.SpillingAggregator} (values combined by key). All need a {@link dev.sluice.spill.SpillDirectories}.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.spill;
