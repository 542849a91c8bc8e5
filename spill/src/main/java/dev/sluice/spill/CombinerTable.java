// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Keys and their combiners by open addressing with linear probing. Compared with a {@code HashMap} it finds a key once
 * for reading and replacing its combiner, has no node a key, and remembers hashes, by which it is partitioned later.
 */
final class CombinerTable<K, C> {
    private static final Object NULL_KEY = new Object();
    private static final int SMALLEST = 64;

    /** Slots of a chunk. */
    private static final int CHUNK = 1 << 12;

    private static final int CHUNK_SHIFT = Integer.numberOfTrailingZeros(CHUNK);

    private int[] hashes = new int[SMALLEST];
    // A key and its combiner side by side: one cache line for both. In chunks, since G1 counts one large array among
    // the
    // old objects from the first, and then does more for each new combiner than all of the rest costs.
    private @Nullable Object[][] chunks = chunks(SMALLEST);
    private int size;

    /** A hash of all 32 bits; where two of these differ, {@link #mix} of them with any seed differ too. */
    static int hash(@Nullable Object key) {
        return key == null ? 0 : key.hashCode();
    }

    /** Spreads a hash; each seed makes another permutation, so that keys that met under one part under the next. */
    static int mix(int hash, int seed) {
        int h = hash ^ (seed * 0x9E3779B9);
        h = (h ^ (h >>> 16)) * 0x7FEB352D;
        h = (h ^ (h >>> 15)) * 0x846CA68B;
        return h ^ (h >>> 16);
    }

    private static @Nullable Object[][] chunks(int slots) {
        return new @Nullable Object[Math.max(1, slots >> CHUNK_SHIFT)][2 * Math.min(slots, CHUNK)];
    }

    /** Where in its chunk the key of a slot is; its combiner is behind it. */
    private static int at(int slot) {
        return 2 * (slot & CHUNK - 1);
    }

    int size() {
        return size;
    }

    int slots() {
        return hashes.length;
    }

    /** The slot of a key, or -1 minus the slot where it would go. */
    int find(@Nullable Object key, int hash) {
        Object wanted = key == null ? NULL_KEY : key;
        int mask = hashes.length - 1;
        int slot = mix(hash, 0) & mask;
        while (true) {
            Object there = chunks[slot >> CHUNK_SHIFT][at(slot)];
            if (there == null) {
                return -1 - slot;
            }
            if (hashes[slot] == hash && (there == wanted || wanted.equals(there))) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    boolean isUsed(int slot) {
        return chunks[slot >> CHUNK_SHIFT][at(slot)] != null;
    }

    int hashAt(int slot) {
        return hashes[slot];
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    @Nullable
    K keyAt(int slot) {
        Object key = chunks[slot >> CHUNK_SHIFT][at(slot)];
        return key == NULL_KEY ? null : (K) key;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // null where the user's own combiner is null
    C combinerAt(int slot) {
        return (C) chunks[slot >> CHUNK_SHIFT][at(slot) + 1];
    }

    void setCombiner(int slot, C combiner) {
        chunks[slot >> CHUNK_SHIFT][at(slot) + 1] = combiner;
    }

    /** Puts a new key where {@link #find} said; slots found before mean nothing afterwards. */
    void put(int notFound, @Nullable K key, int hash, C combiner) {
        int slot = -1 - notFound;
        hashes[slot] = hash;
        @Nullable Object[] chunk = chunks[slot >> CHUNK_SHIFT];
        chunk[at(slot)] = key == null ? NULL_KEY : key;
        chunk[at(slot) + 1] = combiner;
        if (++size > hashes.length / 8 * 5) {
            grow();
        }
    }

    private void grow() {
        int[] oldHashes = hashes;
        @Nullable Object[][] old = chunks;
        hashes = new int[Math.multiplyExact(oldHashes.length, 2)];
        chunks = chunks(hashes.length);
        int mask = hashes.length - 1;
        for (int from = 0; from < oldHashes.length; from++) {
            @Nullable Object[] source = old[from >> CHUNK_SHIFT];
            if (source[at(from)] != null) {
                int slot = mix(oldHashes[from], 0) & mask;
                while (isUsed(slot)) {
                    slot = (slot + 1) & mask;
                }
                hashes[slot] = oldHashes[from];
                @Nullable Object[] target = chunks[slot >> CHUNK_SHIFT];
                target[at(slot)] = source[at(from)];
                target[at(slot) + 1] = source[at(from) + 1];
            }
        }
    }

    /** Whether all keys, of which there are several, have the same hash: no partitioning takes them apart. */
    boolean hasOneHash() {
        boolean seen = false;
        int hash = 0;
        for (int slot = 0; slot < hashes.length; slot++) {
            if (isUsed(slot)) {
                if (seen && hashes[slot] != hash) {
                    return false;
                }
                seen = true;
                hash = hashes[slot];
            }
        }
        return size > 1;
    }

    void clear() {
        hashes = new int[SMALLEST];
        chunks = chunks(SMALLEST);
        size = 0;
    }

    Map.Entry<K, C> entryAt(int slot) {
        return new SimpleImmutableEntry<>(keyAt(slot), combinerAt(slot));
    }

    Iterator<Map.Entry<K, C>> entries() {
        return new Iterator<>() {
            private int slot = -1;
            private int left = size;

            @Override
            public boolean hasNext() {
                return left > 0;
            }

            @Override
            public Map.Entry<K, C> next() {
                if (left == 0) {
                    throw new NoSuchElementException();
                }
                do {
                    slot++;
                } while (!isUsed(slot));
                left--;
                return entryAt(slot);
            }
        };
    }
}
