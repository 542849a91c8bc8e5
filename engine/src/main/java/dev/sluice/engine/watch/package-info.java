// SPDX-License-Identifier: Apache-2.0
/**
 * What programs do and did, for whoever looks at them: records made of events, within bounds, and the seam at which web
 * pages are found. Entry types: {@link dev.sluice.engine.watch.JobHistory}, {@link
 * dev.sluice.engine.watch.Program}, {@link dev.sluice.engine.watch.WebUi}.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.engine.watch;
