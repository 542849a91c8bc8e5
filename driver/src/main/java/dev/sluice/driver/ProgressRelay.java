// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.frame.FrameType;
import dev.sluice.core.frame.FrameWriter;
import dev.sluice.core.json.Json;
import dev.sluice.engine.Event;
import dev.sluice.engine.EventBus;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells a driver that asked for it how far the running stages are: a frame ten times a second while there are any, and
 * one without stages at the end. Costs nothing while nobody watches. What this JVM logs goes the same way, since the
 * driver knows whether its bar stands where the line is to go.
 */
final class ProgressRelay {
    private static final long PERIOD_NANOS = 100_000_000;
    /** Log lines on their way to the driver; where it does not keep up, the others go to standard error. */
    private static final int LINES = 256;

    private final EventBus events;

    private final boolean logs;

    /** With whether this JVM's log belongs to the driver. */
    ProgressRelay(EventBus events, boolean logs) {
        this.events = events;
        this.logs = logs;
    }

    /** Writes until the driver is gone, which the next write finds out. */
    void serve(SocketChannel channel) throws IOException {
        Stages stages = new Stages();
        Runnable leave = events.listen(stages);
        BlockingQueue<String> lines = new ArrayBlockingQueue<>(LINES);
        if (logs) {
            Logs.passTo(lines::offer);
        }
        try (channel) {
            FrameWriter writer = new FrameWriter(channel);
            boolean shown = false;
            while (channel.isOpen()) {
                passLines(writer, lines);
                List<Map<String, Object>> now = stages.running();
                if (shown || !now.isEmpty()) {
                    writer.write(FrameType.PROGRESS, 0, Json.write(Map.of("stages", now)));
                    writer.flush();
                }
                shown = !now.isEmpty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            leave.run();
            if (logs) {
                Logs.passTo(null);
                lines.forEach(Logs::write);
            }
        }
    }

    /** Passes on what is logged until it is time to look at the stages again. */
    private static void passLines(FrameWriter writer, BlockingQueue<String> lines)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + PERIOD_NANOS;
        for (long left = PERIOD_NANOS; left > 0; left = end - System.nanoTime()) {
            String line = lines.poll(left, TimeUnit.NANOSECONDS);
            if (line != null) {
                writer.write(FrameType.PROGRESS, 0, Json.write(Map.of("log", line)));
                writer.flush();
            }
        }
    }

    /** What is known of the stages that run. Events of one stage may come out of order: from several threads. */
    static final class Stages implements Consumer<Event> {
        private static final int REMEMBERED = 64;

        private final Map<Integer, Stage> known = new TreeMap<>();
        private final Deque<Long> ended = new ArrayDeque<>();

        @Override
        public synchronized void accept(Event event) {
            if (event instanceof Event.StageStarted started) {
                stage(started.job(), started.stage()).tasks = started.tasks();
            } else if (event instanceof Event.TaskStarted started) {
                Stage stage = stage(started.job(), started.stage());
                stage.running++;
                stage.retries += started.attempt() > 0 ? 1 : 0;
            } else if (event instanceof Event.TaskEnded task) {
                Stage stage = stage(task.job(), task.stage());
                // Without a worker there was no start.
                stage.running -= task.pid() != 0 ? 1 : 0;
                stage.done += task.outcome() == Event.Outcome.SUCCEEDED ? 1 : 0;
            } else if (event instanceof Event.JobEnded job) {
                known.values().removeIf(stage -> stage.job == job.job());
                ended.addLast(job.job());
                if (ended.size() > REMEMBERED) {
                    ended.removeFirst();
                }
            }
        }

        /** A stage to note something in; one that nobody sees if its job is over. */
        private Stage stage(long job, int number) {
            if (ended.contains(job)) {
                return new Stage(job);
            }
            return known.computeIfAbsent(number, unused -> new Stage(job));
        }

        synchronized List<Map<String, Object>> running() {
            List<Map<String, Object>> running = new ArrayList<>();
            known.forEach((number, stage) -> {
                if (stage.done < stage.tasks) {
                    running.add(Map.of(
                            "job", stage.job,
                            "stage", number,
                            "tasks", stage.tasks,
                            "done", stage.done,
                            "running", Math.max(0, stage.running),
                            "retries", stage.retries));
                }
            });
            return running;
        }
    }

    private static final class Stage {
        private final long job;
        private int tasks;
        private int done;
        private int running;
        private int retries;

        Stage(long job) {
            this.job = job;
        }
    }
}
