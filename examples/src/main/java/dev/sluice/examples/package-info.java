// SPDX-License-Identifier: Apache-2.0
/** Small programs that a user would write. Begin with {@link dev.sluice.examples.PythonFromJava}. */
@org.jspecify.annotations.NullMarked
package dev.sluice.examples;
