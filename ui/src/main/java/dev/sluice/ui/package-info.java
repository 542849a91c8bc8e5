// SPDX-License-Identifier: Apache-2.0
/**
 * Web pages about programs, on the loopback interface and for those who hold the token: server-rendered, live by
 * server-sent events, the same data as JSON and as metrics. Found by {@link dev.sluice.engine.watch.WebUi#start}; entry
 * type: {@link dev.sluice.ui.PagesFactory}.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.ui;
