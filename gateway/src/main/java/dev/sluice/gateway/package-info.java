// SPDX-License-Identifier: Apache-2.0
/**
 * The Py4J door between a Java program and its Python script, on loopback and behind a token. {@link
 * dev.sluice.gateway.ScriptRunner} runs a Python script that may call an object of the Java program; {@link
 * dev.sluice.gateway.Gateway} is the door alone, for those who start the Python process themselves. The Python twin is
 * {@code sluice.py4jdoor}.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.gateway;
