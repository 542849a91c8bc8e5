// SPDX-License-Identifier: Apache-2.0
/**
 * A cluster on one machine: a coordinator that takes programs in over loopback and gives each a session of its own, and
 * what runs their tasks. Entry type: {@link dev.sluice.cluster.CoordinatorMain}.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.cluster;
