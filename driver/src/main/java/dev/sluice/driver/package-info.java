// SPDX-License-Identifier: Apache-2.0
/**
 * The JVM behind a Python driver: it reads plans from a Unix socket, runs them on an engine and streams the results
 * back. Entry types: {@link dev.sluice.driver.DriverMain}; and for a JVM that serves several programs
 * {@link dev.sluice.driver.DriverServer} with a {@link dev.sluice.driver.SessionHost}.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.driver;
