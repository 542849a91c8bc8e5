// SPDX-License-Identifier: Apache-2.0
/**
 * Python functions over Arrow batches of a Java program: {@link dev.sluice.arrow.ArrowWorkers} makes an
 * {@link dev.sluice.arrow.ArrowFunction} of a name or a text, which takes and returns Arrow's readers.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.arrow;
