// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.watch.JobHistory;
import dev.sluice.engine.watch.Program;

/**
 * What a page is made of.
 *
 * @param program the program that it is about
 * @param links where other things are shown
 * @param form the secret of our forms; empty where nothing can be done
 * @param now the time in nanoseconds since 1970; of a program that has ended, that of its end
 * @param whole whether all is on one page, so that there is no next one
 * @param firstJob jobs before this one have no place of their own
 */
record View(Program program, Links links, String form, long now, boolean whole, long firstJob) {
    static View of(Program program, String form) {
        long ended = program.info().ended();
        long now = ended == 0 ? System.currentTimeMillis() : ended;
        return new View(program, Links.pages(), form, now * 1_000_000, false, 0);
    }

    /** Of a program that has ended, all on one page. */
    static View whole(Program program, long firstJob) {
        return new View(program, Links.anchors(), "", program.info().ended() * 1_000_000, true, firstJob);
    }

    JobHistory history() {
        return program.history();
    }

    String id() {
        return program.info().id();
    }

    String to(String what) {
        return links.to(id(), what);
    }

    /** How something is or, of a program that was killed in its midst, was. */
    String status(String told) {
        return told.equals("RUNNING") && program.info().ended() != 0 ? "NOT ENDED" : told;
    }

    /** How long something took or takes. */
    long length(long started, long ended) {
        return Math.max(0, (ended == 0 ? now : ended) - started);
    }

    /** A button that asks again before it posts; it needs no script. */
    void kill(Html html, String what, String path) {
        if (form.isEmpty() || !program.info().killable()) {
            return;
        }
        html.open("details", "class", "kill").tag("summary", "Kill " + what + "…");
        html.open("form", "method", "post", "action", to(path));
        html.open("input", "type", "hidden", "name", "token", "value", form);
        html.tag("span", "Its tasks end at once and the program gets an error.");
        html.tag("button", "Yes, kill " + what, "type", "submit");
        html.close().close();
    }
}
