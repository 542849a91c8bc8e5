// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

/**
 * Estimates what a table of combiners holds in memory, from the serialized sizes of a sample. One insert in 32 is
 * measured, more often where entries are large: for a new key, its bytes and those of its first combiner; for a known
 * key, by how much its combiner grew. Both means, times how often either happened, times two for what objects cost over
 * their bytes, plus a constant an entry, is the estimate. It comes within a third of what a heap dump shows for boxed
 * numbers, strings and lists of them; types with much larger overhead should have a serializer that says so.
 *
 * <p>A combiner over 4 KiB is not measured at each sample but at each that doubles their number, since measuring costs
 * as much as serializing.
 */
final class SizeEstimate {
    static final int SAMPLE_EVERY = 32;
    static final int CHEAP_BYTES = 4 << 10;
    private static final int ENTRY_OVERHEAD = 56;
    private static final int HEAP_FACTOR = 2;
    private static final long LARGEST_STRIDE_BYTES = 64 << 10;

    private double entryBytes;
    private long entrySamples;
    private double growthBytes;
    private long growthSamples;
    private long expensive;

    void entrySample(long bytes) {
        entrySamples++;
        entryBytes += (bytes - entryBytes) / entrySamples;
    }

    void growthSample(long bytes) {
        growthSamples++;
        growthBytes += (Math.max(0, bytes) - growthBytes) / growthSamples;
    }

    /** Whether a combiner that is not cheap to measure should be measured this time. */
    boolean affordsExpensive() {
        return Long.bitCount(++expensive) == 1;
    }

    /** How many inserts may go by until the next sample. */
    int stride() {
        double mean = HEAP_FACTOR * Math.max(entryBytes, growthBytes);
        return (int) Math.max(1, Math.min(SAMPLE_EVERY, LARGEST_STRIDE_BYTES / (1 + mean)));
    }

    /** What a table of so many keys holds, after so many values were merged into combiners that existed. */
    long bytes(long entries, long updates) {
        return (long) (entries * (ENTRY_OVERHEAD + HEAP_FACTOR * entryBytes) + updates * HEAP_FACTOR * growthBytes);
    }
}
