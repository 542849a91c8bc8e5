// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import java.io.IOException;

/** Makes pages; found by {@link java.util.ServiceLoader}. */
public interface WebUiFactory {
    /**
     * Starts pages.
     *
     * @param options where they listen
     * @return the pages
     * @throws IOException if they cannot listen; says at which port and why
     */
    WebUi start(WebUiOptions options) throws IOException;
}
