// SPDX-License-Identifier: Apache-2.0
/**
 * The classic stream format that Python's serializers write: {@link dev.sluice.core.serializer.ClassicReader} and {@link
 * dev.sluice.core.serializer.ClassicWriter} walk it, {@link dev.sluice.core.serializer.ClassicFormat} has its numbers.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.core.serializer;
