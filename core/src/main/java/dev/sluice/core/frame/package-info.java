// SPDX-License-Identifier: Apache-2.0
/**
 * The one frame layout that every Sluice connection uses, and blocking readers and writers for it. Entry types:
 * {@link dev.sluice.core.frame.FrameLayout}, {@link dev.sluice.core.frame.FrameReader},
 * {@link dev.sluice.core.frame.FrameWriter}. The Python twin is {@code sluice/worker/wire.py}, with the same names.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.core.frame;
