// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import org.jspecify.annotations.Nullable;

/** Gives finished tables, one at a time: no key is in two of them, and each fits into the memory granted. */
interface LeafSource<K, C> {
    /** The next table, which replaces the one before it in memory, or null at the end, when its file is gone too. */
    @Nullable
    CombinerTable<K, C> next();
}
