// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

/**
 * A broadcast.
 *
 * @param broadcast its id
 * @param bytes the length of its file
 * @param shared whether it is unpickled once for all workers
 * @param added in nanoseconds since 1970
 * @param unpersisted whether workers were told to let go of it, until a task asks for it again
 */
public record BroadcastView(long broadcast, long bytes, boolean shared, long added, boolean unpersisted) {}
