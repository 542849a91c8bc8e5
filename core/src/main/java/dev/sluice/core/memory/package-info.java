// SPDX-License-Identifier: Apache-2.0
/**
 * Who may use how much memory, decided once: {@link dev.sluice.core.memory.MachineMemory} reads what there is, {@link
 * dev.sluice.core.memory.MemoryTable} splits what {@code sluice.memory} takes of it.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.core.memory;
