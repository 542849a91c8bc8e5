// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.engine.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What became of the jobs that ran last: of each stage its tasks, their retries, and where their time went. Made of
 * events alone; forgets all but the last {@value #REMEMBERED} jobs that ended.
 */
final class JobSummaries implements Consumer<Event> {
    static final int REMEMBERED = 100;

    private final Map<Long, JobSummary> running = new LinkedHashMap<>();
    private final LinkedHashMap<Long, JobSummary> ended = new LinkedHashMap<>();

    @Override
    public synchronized void accept(Event event) {
        if (event instanceof Event.JobStarted started) {
            running.put(started.job(), new JobSummary(started.job()));
        } else if (event instanceof Event.JobEnded over) {
            end(over);
        } else if (event instanceof Event.StageStarted started) {
            JobSummary job = running.get(started.job());
            if (job != null) {
                job.stage(started.stage()).planned(started.tasks());
            }
        } else if (event instanceof Event.StageEnded over) {
            JobSummary job = running.get(over.job());
            if (job != null) {
                job.stage(over.stage()).end();
            }
        } else if (event instanceof Event.TaskEnded task) {
            // A worker that was left to its task may report after the job's end: that is too late.
            JobSummary job = running.get(task.job());
            if (job != null) {
                job.stage(task.stage()).add(task);
            }
        }
    }

    private void end(Event.JobEnded over) {
        JobSummary job = running.remove(over.job());
        if (job == null) {
            return;
        }
        job.end(over.succeeded());
        ended.put(over.job(), job);
        if (ended.size() > REMEMBERED) {
            ended.remove(ended.keySet().iterator().next());
        }
    }

    /** Forgets the jobs of a context that has ended. */
    synchronized void clear() {
        running.clear();
        ended.clear();
    }

    /** Describes jobs that ended, in the order of their ends; only those of {@code chosen}, unless that is empty. */
    synchronized List<Map<String, Object>> describe(List<Long> chosen) {
        List<Map<String, Object>> described = new ArrayList<>();
        ended.forEach((id, job) -> {
            if (chosen.isEmpty() || chosen.contains(id)) {
                described.add(job.describe());
            }
        });
        return described;
    }
}
