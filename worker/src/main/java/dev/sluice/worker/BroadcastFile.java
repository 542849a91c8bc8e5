// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

/**
 * A broadcast as workers need to know it.
 *
 * @param id its number, never used twice
 * @param path the file that holds its pickle
 * @param length the file's length in bytes
 * @param shared whether it is large enough to be unpickled once a machine, in a generation
 */
public record BroadcastFile(long id, String path, long length, boolean shared) {}
