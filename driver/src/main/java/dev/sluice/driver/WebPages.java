// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.engine.watch.Program;
import dev.sluice.engine.watch.WebUi;
import dev.sluice.engine.watch.WebUiOptions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pages of a JVM: knows its programs from their start, and loads and starts pages when somebody asks for them. */
public final class WebPages implements AutoCloseable {
    private final Map<Program, Runnable> programs = new LinkedHashMap<>();
    private @Nullable WebUi ui;

    /** Makes pages that have not started. */
    public WebPages() {}

    /**
     * Shows a program, now or once there are pages.
     *
     * @param program the program
     * @return what to run at its end
     */
    public synchronized Runnable add(Program program) {
        programs.put(program, ui == null ? () -> {} : ui.add(program));
        return () -> remove(program);
    }

    private synchronized void remove(Program program) {
        Runnable removal = programs.remove(program);
        if (removal != null) {
            removal.run();
        }
    }

    /**
     * Returns the pages, started if they were not.
     *
     * @param port where they listen if they start now; 0 for a port that is free
     * @return the pages
     * @throws IOException if they cannot listen, or are not on the class path
     */
    public synchronized WebUi start(int port) throws IOException {
        WebUi started = ui;
        if (started == null) {
            started = WebUi.start(new WebUiOptions(port, ""));
            ui = started;
            for (Map.Entry<Program, Runnable> entry : programs.entrySet()) {
                entry.setValue(started.add(entry.getKey()));
            }
        }
        return started;
    }

    /** {@return the address of the first page, with the token; empty while there are no pages} */
    public synchronized String url() {
        return ui == null ? "" : ui.url();
    }

    @Override
    public synchronized void close() {
        if (ui != null) {
            ui.close();
            ui = null;
        }
    }
}
