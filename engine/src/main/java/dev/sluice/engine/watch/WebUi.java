// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import java.io.IOException;
import java.util.ServiceLoader;

/**
 * Pages about programs on a port of the loopback interface. A process has one at most, made when somebody first asks for
 * pages, so that nothing of it is loaded before.
 */
public interface WebUi extends AutoCloseable {
    /**
     * Starts the pages that are found on the class path.
     *
     * @param options where they listen
     * @return the pages; none of a program yet
     * @throws IOException if there are none on the class path, or they cannot listen
     */
    static WebUi start(WebUiOptions options) throws IOException {
        WebUiFactory factory = ServiceLoader.load(WebUiFactory.class)
                .findFirst()
                .orElseThrow(() -> new IOException("there are no web pages on the class path; add sluice-ui to it"));
        return factory.start(options);
    }

    /**
     * Returns the address of the first page.
     *
     * @return a link that holds the token, for the user alone
     */
    String url();

    /**
     * Returns the address of a program's first page.
     *
     * @param program the program's id
     * @return a link that holds the token, for the user alone
     */
    String url(String program);

    /**
     * Shows a program from now on.
     *
     * @param program the program
     * @return what to run at its end; a line about it stays
     */
    Runnable add(Program program);

    /** Stops listening and waits until connections are closed. Idempotent. */
    @Override
    void close();
}
