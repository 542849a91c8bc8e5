// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.engine.Event;
import dev.sluice.engine.PlanNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Events while they wait for a history's file: without what is not written, with texts cut as records cut them. */
final class HistoryEvents {
    /** What an event costs besides its texts, with its place in the queue, in bytes. */
    private static final int PLAIN = 250;

    private HistoryEvents() {}

    static Event written(Event event) {
        if (event instanceof Event.TaskEnded task) {
            return task.withoutAccumulators();
        } else if (event instanceof Event.TaskFailure failure) {
            return new Event.TaskFailure(
                    failure.job(),
                    failure.stage(),
                    failure.partition(),
                    failure.attempt(),
                    failure.pid(),
                    Failure.cut(failure.type()),
                    Failure.cut(failure.message()),
                    Failure.tail(failure.traceback()));
        } else if (event instanceof Event.JobStarted job) {
            Map<String, String> properties = new LinkedHashMap<>();
            job.properties().forEach((name, value) -> properties.put(name, Failure.cut(value)));
            return new Event.JobStarted(job.job(), properties);
        } else if (event instanceof Event.JobEnded job) {
            return new Event.JobEnded(job.job(), job.succeeded(), Failure.cut(job.reason()));
        }
        return event;
    }

    /** How much memory it takes, about. */
    static long bytes(Event event) {
        long characters = 0;
        if (event instanceof Event.TaskFailure failure) {
            characters = (long) failure.type().length()
                    + failure.message().length()
                    + failure.traceback().length();
        } else if (event instanceof Event.JobStarted job) {
            for (Map.Entry<String, String> entry : job.properties().entrySet()) {
                characters += PLAIN + entry.getKey().length() + entry.getValue().length();
            }
        } else if (event instanceof Event.JobEnded job) {
            characters = job.reason().length();
        } else if (event instanceof Event.JobPlanned plan) {
            for (PlanNode node : plan.plan()) {
                characters += PLAIN + node.label().length();
            }
        }
        return PLAIN + 2 * characters;
    }
}
