// SPDX-License-Identifier: Apache-2.0
/**
 * The JVM behind a Python driver: it reads plans from a Unix socket, runs them on an engine and streams the results
 * back. Entry type: {@link dev.sluice.driver.DriverMain}.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.driver;
