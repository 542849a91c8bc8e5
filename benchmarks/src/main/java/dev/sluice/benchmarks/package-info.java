// SPDX-License-Identifier: Apache-2.0
/**
 * JMH benchmarks of the Java modules, each beside its anchor. Entry point: JMH's own main class, see
 * {@code benchmarks/README.md}.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.benchmarks;
