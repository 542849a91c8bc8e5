// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

/**
 * Where pages listen.
 *
 * @param port a port of the loopback interface; 0 for one that is free
 * @param token what a visitor has to show; empty to make one up
 */
public record WebUiOptions(int port, String token) {}
