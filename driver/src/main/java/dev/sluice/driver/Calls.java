// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.ProtocolException;
import dev.sluice.core.json.JsonObject;
import dev.sluice.engine.watch.JobHistory;
import java.io.IOException;
import java.util.Map;

/** Control calls of a driver. None waits for a job. */
final class Calls {
    private Calls() {}

    static Object run(Session session, JsonObject call) throws IOException {
        String method = call.text("method");
        switch (method) {
            case "start" -> session.start(call);
            case "stop" -> session.stop();
            case "broadcast" -> session.addBroadcast(call);
            case "dropBroadcast" -> session.dropBroadcast(call.number("id"), call.flag("keep"));
            case "forget" -> call.numbers("ids").forEach(session::forget);
            case "free" -> call.numbers("ids").forEach(session::free);
            case "workers" -> {
                return session.engines().workers();
            }
            case "logLevel" -> session.logLevel(call.text("level"));
            case "gateway" -> {
                return session.openDoor();
            }
            case "jobs" -> {
                return session.history().ofGroup(call.has("group") ? call.text("group") : null);
            }
            case "active" -> {
                JobHistory history = session.history();
                return Map.of("jobs", history.activeJobs(), "stages", history.activeStages());
            }
            case "job" -> {
                return session.history().job(call.number("job"));
            }
            case "stage" -> {
                return session.history().stage(call.number("stage"));
            }
            case "executor" -> {
                return session.executor();
            }
            case "summaries" -> {
                return session.history().summaries(call.numbers("jobs"));
            }
            case "pages" -> {
                return session.pagesUrl(Math.toIntExact(call.number("port")));
            }
            case "engine" -> {
                session.engine();
                return session.engines().engine();
            }
            case "addFile" -> session.engines().addFile(call.text("path"), false);
            case "addArchive" -> session.engines().addFile(call.text("path"), true);
            case "versions" -> {
                return session.engines().versions();
            }
            default -> throw new ProtocolException("unknown call: method=" + method);
        }
        return true;
    }
}
