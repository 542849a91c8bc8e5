// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

/**
 * What an engine keeps of a cached node.
 *
 * @param dataset the node's number
 * @param partitions how many of its partitions are kept
 * @param bytes their length
 * @param onDisk how much of that is in files
 */
public record CachedDataset(long dataset, int partitions, long bytes, long onDisk) {}
