// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

/**
 * Bytes of Arrow data that crossed between a program and its workers. Bytes in files are copied once on either way, by
 * whoever writes the file; {@code docs/arrow.md} lists the copies of the others.
 *
 * @param sentInline bytes that went to workers through the socket
 * @param sentInFiles bytes that went to workers in files
 * @param takenInline bytes that came from workers through the socket
 * @param takenInFiles bytes that came from workers in files
 */
public record CopyCounts(long sentInline, long sentInFiles, long takenInline, long takenInFiles) {}
