// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.memory;

import dev.sluice.core.ConfigException;
import dev.sluice.core.Messages;
import dev.sluice.core.settings.Configuration;
import dev.sluice.core.settings.Settings;

/**
 * The one split of {@code sluice.memory}. All amounts are bytes; the five parts do not overlap.
 *
 * @param total what the program plans with; the five parts together are at most this
 * @param heap what the JVM's own objects may take
 * @param shuffle what map output, spilling buffers and the spool of results may hold in the JVM's heap
 * @param cache what cached partitions may hold in the JVM's heap
 * @param workers what all Python workers may take together, shared pages apart
 * @param shared what broadcasts and other files in shared memory may take
 * @param machine what {@code total} is a part of
 */
public record MemoryTable(
        long total, long heap, long shuffle, long cache, long workers, long shared, MachineMemory machine) {
    private static final long LEAST = 1L << 20;

    // Hundredths of the total. The JVM's three are close to a quarter of the machine with the default total, which is
    // what a JVM takes as its largest heap unless told, so that neither wastes what the other left.
    private static final int HEAP = 10;
    private static final int SHUFFLE = 20;
    private static final int CACHE = 15;
    private static final int WORKERS = 30;
    private static final int SHARED = 25;
    private static final int JVM = HEAP + SHUFFLE + CACHE;
    private static final int JVM_AT_MOST = 70;

    /**
     * Splits the memory of this machine for this JVM.
     *
     * @param configuration gives {@code sluice.memory} and {@code sluice.memory.heap}
     * @return the table
     * @throws ConfigException if {@code sluice.memory} is less than a mebibyte
     */
    public static MemoryTable of(Configuration configuration) {
        return of(configuration, MachineMemory.read(), Runtime.getRuntime().maxMemory());
    }

    /**
     * Splits memory.
     *
     * @param configuration gives {@code sluice.memory} and {@code sluice.memory.heap}
     * @param machine what there is
     * @param largestHeap the bytes that the JVM's heap can grow to; the heap's three parts stay below it, and what they
     *     leave goes to workers and shared memory
     * @return the table
     * @throws ConfigException if {@code sluice.memory} is less than a mebibyte
     */
    public static MemoryTable of(Configuration configuration, MachineMemory machine, long largestHeap) {
        long total = configuration.get(Settings.MEMORY_TOTAL).of(machine.bytes());
        if (total < LEAST) {
            throw new ConfigException("too little memory to plan with: name=sluice.memory, value=" + total
                    + " bytes, at least=" + LEAST + "; set it to a size such as 1g");
        }
        long usual = part(total, JVM, 100);
        // A heap that was asked for gets its way, but something must be left for those who do the work.
        long wanted = configuration
                .get(Settings.MEMORY_HEAP)
                .map(asked -> Math.min(asked, part(total, JVM_AT_MOST, 100)))
                .orElse(usual);
        long jvm = Math.min(wanted, largestHeap);
        long rest = total - jvm;
        return new MemoryTable(
                total,
                part(jvm, HEAP, JVM),
                part(jvm, SHUFFLE, JVM),
                part(jvm, CACHE, JVM),
                part(rest, WORKERS, WORKERS + SHARED),
                part(rest, SHARED, WORKERS + SHARED),
                machine);
    }

    /** {@return the largest heap that a JVM needs for its three parts, in bytes: what to give to {@code -Xmx}} */
    public long jvm() {
        return heap + shuffle + cache;
    }

    /** {@return the table in one line, for showing at start} */
    public String describe() {
        return "memory " + Messages.size(total) + " of " + Messages.size(machine.bytes()) + " (" + machine.source()
                + "): heap " + Messages.size(heap) + ", shuffle and spool " + Messages.size(shuffle) + ", cache "
                + Messages.size(cache) + ", workers " + Messages.size(workers) + ", shared memory "
                + Messages.size(shared);
    }

    /** Divides before it multiplies, since amounts go up to 2^63. */
    private static long part(long amount, int numerator, int denominator) {
        return amount / denominator * numerator + amount % denominator * numerator / denominator;
    }
}
