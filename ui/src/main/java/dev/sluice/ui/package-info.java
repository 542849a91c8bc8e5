// SPDX-License-Identifier: Apache-2.0
/**
 * Web pages about programs, on the loopback interface and for those who hold the token: server-rendered, live by
 * server-sent events, the same data as JSON and as metrics. Found by {@link dev.sluice.engine.watch.WebUi#start}; entry
 * types: {@link dev.sluice.ui.PagesFactory}, and {@link dev.sluice.ui.HistoryMain} for recorded programs.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.ui;
