// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

/**
 * Who is at the other end of a Unix socket, as the kernel recorded it at connect: later changes do not show.
 *
 * @param pid process that connected (or listened, seen from the other side); it may have ended since
 * @param uid its effective user id then
 * @param gid its effective group id then
 */
public record PeerCredentials(long pid, int uid, int gid) {}
