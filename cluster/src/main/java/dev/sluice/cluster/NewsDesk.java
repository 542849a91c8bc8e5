// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.ProtocolException;
import dev.sluice.core.frame.FrameReader;
import dev.sluice.core.frame.FrameType;
import dev.sluice.core.json.Json;
import dev.sluice.engine.ResultOutput;
import dev.sluice.engine.StageWork;
import dev.sluice.engine.TaskMade;
import dev.sluice.engine.TaskRun;
import dev.sluice.spill.MapOutput;
import dev.sluice.spill.OutputDescription;
import dev.sluice.spill.SpillException;
import dev.sluice.worker.TaskReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Reads what one executor tells, on one thread, and passes it on to whoever schedules. It never waits for a reader. */
final class NewsDesk {
    private final Fleet fleet;
    private final ExecutorLink link;
    private final IntFunction<@Nullable HostProgram> programs;
    private final Freeing free;

    /**
     * Makes a reader.
     *
     * @param programs finds a program by its number; null if it has ended
     * @param free lets the executor free an output of a program
     */
    NewsDesk(Fleet fleet, ExecutorLink link, IntFunction<@Nullable HostProgram> programs, Freeing free) {
        this.fleet = fleet;
        this.link = link;
        this.programs = programs;
        this.free = free;
    }

    /** Lets an executor free what nobody reads any more. */
    @FunctionalInterface
    interface Freeing {
        void accept(int program, long output);
    }

    /** Reads until the executor is gone. */
    void serve() throws IOException {
        FrameReader reader = link.reader();
        while (reader.next()) {
            reader.expect(FrameType.NEWS);
            hear(News.of(reader.stream()), new Unpacker(reader.payload()));
            reader.trim();
        }
    }

    private void hear(News news, Unpacker from) {
        link.silence().heard();
        switch (news) {
            case STARTED -> started(from);
            case RESULT -> result(from);
            case SUCCEEDED -> succeeded(from);
            case FAILED -> {
                long attempt = from.i64();
                long pid = from.i64();
                TaskReport.Failed report = TaskMessages.failed(from);
                end(attempt, (open, task) -> open.owner().failed(task, pid, report));
            }
            case LOST -> {
                long attempt = from.i64();
                long pid = from.i64();
                String reason = from.text();
                boolean charged = from.flag();
                end(attempt, (open, task) -> open.owner().lost(task, pid, reason, charged));
            }
            case LOST_BLOCK -> lostBlock(from);
            case RETURNED -> returned(from);
            case MEET -> meet(from);
            case REFUSED -> {
                OpenLease open = lease(from.i64());
                open.owner().refused(open.lease(), new IOException(from.text()));
            }
            case BROKEN -> {
                OpenLease open = lease(from.i64());
                open.owner().broken(open.lease(), new IOException(from.text()));
            }
            case OVER -> over(from.i64());
            case OUTPUT -> {
                HostProgram program = programs.apply(from.i32());
                if (program != null) {
                    program.output().output(from.i64(), from.i32(), from.i32(), from.rest());
                }
            }
            case STATE -> {
                var state = Json.parse(from.blob());
                link.state(state);
                link.alive(state.numbers("alive"));
                fleet.allow(link, state.integer("allowed"));
            }
            case ANSWER -> link.answered(from.i64(), Json.parse(from.blob()));
        }
    }

    private OpenLease lease(long id) {
        OpenLease open = link.lease(id);
        if (open == null) {
            throw new ProtocolException("news of a lease that is not out: lease=" + id);
        }
        return open;
    }

    private void started(Unpacker from) {
        OpenLease open = lease(from.i64());
        RemoteWorker worker = link.worker(open.program().number(), from.i64());
        worker.leased(true);
        open.worker(worker);
        List<TaskRun> tasks = open.lease().tasks();
        tasks.forEach(task -> open.owner().started(task, worker));
        open.lease().send(open, tasks.size());
        open.owner().opened(open.lease(), tasks.size());
    }

    private void result(Unpacker from) {
        long attempt = from.i64();
        OpenLease open = link.holder(attempt);
        TaskRun task = open == null ? null : open.task(attempt);
        if (open != null && task != null) {
            try {
                open.result(task).append(from.rest());
            } catch (IOException | SpillException e) {
                end(attempt, (of, lost) -> of.owner().lost(lost, of.pid(), String.valueOf(e.getMessage()), true));
            }
        }
    }

    private void succeeded(Unpacker from) {
        long attempt = from.i64();
        long pid = from.i64();
        TaskReport.Succeeded report = TaskMessages.succeeded(from);
        OpenLease open = link.holder(attempt);
        TaskRun task = open == null ? null : open.task(attempt);
        if (open == null || task == null) {
            // It was lost here before it had ended there; what it has made goes with its context.
            return;
        }
        HostProgram program = open.program();
        StageWork work = open.lease().work();
        List<@Nullable MapOutput> cached = new ArrayList<>();
        for (int i = from.i32(); i > 0; i--) {
            cached.add(output(from, program, 1));
        }
        MapOutput shuffled = output(from, program, work.emits());
        ResultOutput result = work.emits() == StageWork.RESULT ? open.result(task) : null;
        open.takeResult(task);
        TaskMade made = new TaskMade(cached, shuffled, result);
        link.ended(attempt);
        if (!open.take(task)) {
            made.close();
            return;
        }
        if (result != null) {
            TaskReport.StreamCount count = report.stream(0);
            try {
                result.complete(count == null ? 0 : count.bytes(), count == null ? 0 : count.records());
            } catch (SpillException e) {
                made.close();
                open.owner().lost(task, pid, String.valueOf(e.getMessage()), true);
                return;
            }
        }
        open.owner().succeeded(task, link.worker(program.number(), pid), report, made);
    }

    private @Nullable MapOutput output(Unpacker from, HostProgram program, int partitions) {
        if (!from.flag()) {
            return null;
        }
        long number = from.i64();
        return OutputDescription.read(
                ByteBuffer.wrap(from.blob()), link::owns, partitions, gone -> free.accept(program.number(), number));
    }

    private void lostBlock(Unpacker from) {
        long attempt = from.i64();
        long pid = from.i64();
        int input = from.i32();
        int block = from.i32();
        String reason = from.text();
        end(
                attempt,
                (open, task) -> open.owner().lostBlock(task, pid, task.lost(input, block, new IOException(reason))));
    }

    private void returned(Unpacker from) {
        OpenLease open = lease(from.i64());
        List<TaskRun> tasks = new ArrayList<>();
        for (long attempt : from.list(Unpacker::i64)) {
            TaskRun task = open.task(attempt);
            if (task != null) {
                link.ended(attempt);
                if (open.take(task)) {
                    tasks.add(task);
                }
            }
        }
        open.answered();
        open.owner().returned(tasks);
    }

    private void meet(Unpacker from) {
        long attempt = from.i64();
        boolean gather = from.flag();
        String message = from.text();
        OpenLease open = link.holder(attempt);
        TaskRun task = open == null ? null : open.task(attempt);
        if (open == null || task == null) {
            return;
        }
        MeetReply reply = new MeetReply(link, open.program().number(), attempt);
        try {
            open.owner().meet(task, gather, message, reply);
        } catch (IOException e) {
            reply.refused(String.valueOf(e.getMessage()));
        }
    }

    private void over(long id) {
        OpenLease open = link.over(id);
        if (open == null) {
            throw new ProtocolException("the end of a lease that is not out: lease=" + id);
        }
        RemoteWorker worker = open.worker();
        if (worker != null) {
            worker.leased(false);
        }
        // None is left unless its job has ended, so that its executor kept silent.
        List<TaskRun> left = new ArrayList<>();
        for (TaskRun task : open.lease().tasks()) {
            link.ended(task.attemptId());
            if (open.take(task)) {
                left.add(task);
            }
        }
        open.dropResults();
        open.owner().returned(left);
        fleet.over(link, open);
    }

    @FunctionalInterface
    private interface Ending {
        void of(OpenLease open, TaskRun task);
    }

    private void end(long attempt, Ending ending) {
        OpenLease open = link.holder(attempt);
        TaskRun task = open == null ? null : open.task(attempt);
        if (open == null || task == null) {
            return;
        }
        link.ended(attempt);
        ResultOutput result = open.takeResult(task);
        if (result != null) {
            result.close();
        }
        if (open.take(task)) {
            ending.of(open, task);
        }
    }
}
