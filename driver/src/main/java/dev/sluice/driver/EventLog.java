// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.engine.Event;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what happens: jobs and stages at info, tasks at debug. What goes wrong is logged where it does, as a warning. */
final class EventLog implements Consumer<Event> {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

    @Override
    public void accept(Event event) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        if (event instanceof Event.JobStarted job) {
            LOG.info("job started: job={}", job.job());
        } else if (event instanceof Event.JobEnded job) {
            LOG.info("job ended: job={} succeeded={}", job.job(), job.succeeded());
        } else if (event instanceof Event.StageStarted stage) {
            LOG.info("stage started: job={} stage={} tasks={}", stage.job(), stage.stage(), stage.tasks());
        } else if (event instanceof Event.StageEnded stage) {
            LOG.info("stage ended: job={} stage={}", stage.job(), stage.stage());
        } else if (LOG.isDebugEnabled()) {
            task(event);
        }
    }

    /** Apart, since lines that are dropped would cost each task their arguments. */
    private static void task(Event event) {
        if (event instanceof Event.TaskStarted task) {
            LOG.debug(
                    "task started: job={} stage={} partition={} attempt={} worker={}",
                    task.job(),
                    task.stage(),
                    task.partition(),
                    task.attempt(),
                    task.pid());
        } else if (event instanceof Event.TaskEnded task) {
            LOG.debug(
                    "task ended: job={} stage={} partition={} attempt={} worker={} outcome={} micros={} bytes={}"
                            + " records={}",
                    task.job(),
                    task.stage(),
                    task.partition(),
                    task.attempt(),
                    task.pid(),
                    task.outcome(),
                    TimeUnit.NANOSECONDS.toMicros(task.metrics().runNanos()),
                    task.bytes(),
                    task.records());
        }
    }
}
