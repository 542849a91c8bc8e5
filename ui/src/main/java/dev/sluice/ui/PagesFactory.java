// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.watch.WebUi;
import dev.sluice.engine.watch.WebUiFactory;
import dev.sluice.engine.watch.WebUiOptions;
import java.io.IOException;

/** Makes pages that are served by Netty. */
public final class PagesFactory implements WebUiFactory {
    /** For {@link java.util.ServiceLoader}. */
    public PagesFactory() {}

    @Override
    public WebUi start(WebUiOptions options) throws IOException {
        return new PagesServer(options);
    }
}
