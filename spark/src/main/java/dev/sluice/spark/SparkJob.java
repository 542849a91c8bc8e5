// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.engine.EngineOptions;
import dev.sluice.engine.Job;
import dev.sluice.engine.JobFailure;
import dev.sluice.engine.JobHandle;
import dev.sluice.engine.ResultSink;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.concurrent.ExecutionContext$;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;
import scala.util.Try;

/**
 * A job of ours as a job of Spark's. Spark's scheduler hands results to a queue and goes on; the job's own thread gives
 * them to their reader, who may be slow.
 */
final class SparkJob implements JobHandle, Runnable {
    /** How often the job's tasks were all begun before, as a local property of Spark's. */
    static final String TIMES = "sluice.job.attempt";

    private static final String TAG = "sluice-job-";
    private static final Object OVER = new Object();
    /** What Spark says of a barrier stage whose tasks make results. */
    private static final String BARRIER_FAILED = "Could not recover from a failed barrier ResultStage";
    /** How long Spark's news of a task's failure may come after that of its job's. */
    private static final long FAULT_SECONDS = 5;

    private final SparkContext context;
    private final Job job;
    private final ResultSink sink;
    private final EngineOptions options;
    private final Function<Job, TaskRdd<TaskResult>> rdds;
    private final Consumer<@Nullable JobFailure> ended;
    private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();
    private final Map<Integer, TaskResult> early = new TreeMap<>();
    private final List<byte[]> accumulators = new ArrayList<>();
    private final BlockingQueue<TaskFault> faults = new LinkedBlockingQueue<>();
    private volatile boolean together;
    private int failures;
    private int losses;
    private int next;
    private @Nullable JobFailure failure;
    private boolean begun;

    /**
     * Makes a job, which begins on the thread that runs it.
     *
     * @param context where
     * @param job what
     * @param sink reads the results
     * @param options how often tasks may fail
     * @param rdds makes the RDD of a job
     * @param ended hears of the end, and why if it is a failure, before the reader does
     */
    SparkJob(
            SparkContext context,
            Job job,
            ResultSink sink,
            EngineOptions options,
            Function<Job, TaskRdd<TaskResult>> rdds,
            Consumer<@Nullable JobFailure> ended) {
        this.context = context;
        this.job = job;
        this.sink = sink;
        this.options = options;
        this.rdds = rdds;
        this.ended = ended;
    }

    /** What Spark knows a job by. */
    static String tag(long job) {
        return TAG + job;
    }

    /** Returns the number of the job that one of Spark's tags stands for; -1 if it is somebody else's. */
    static long ofTag(String tag) {
        return tag.startsWith(TAG) ? Long.parseLong(tag.substring(TAG.length())) : -1;
    }

    private record Arrived(int index, TaskResult result) {}

    private record Failed(Throwable cause) {}

    private static final class First extends AbstractFunction1<Iterator<TaskResult>, TaskResult>
            implements Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public TaskResult apply(Iterator<TaskResult> results) {
            return results.next();
        }
    }

    @Override
    public void run() {
        @Nullable TaskRdd<TaskResult> rdd = null;
        JobFailure why = null;
        try {
            // Before the RDDs are made, which take the names of stages from them.
            announce();
            rdd = rdds.apply(job);
            together = rdd.isBarrier();
            do {
                why = null;
                try {
                    begin(rdd);
                    deliver();
                } catch (RuntimeException e) {
                    why = explain(e);
                }
            } while (why != null && startsAgain(rdd, why));
        } catch (IOException e) {
            cancel("nobody reads the results: " + e.getMessage());
        } catch (InterruptedException e) {
            cancel("the engine was closed");
        } catch (RuntimeException | Error e) {
            why = explain(e);
        }
        try {
            synchronized (this) {
                failure = failure == null ? why : failure;
                why = failure;
            }
            if (rdd != null) {
                accumulators.addAll(Rdds.updates(rdd));
            }
        } finally {
            ended.accept(why);
        }
        if (why != null) {
            sink.failed(why);
        } else {
            sink.succeeded(accumulators);
        }
    }

    /** Sets what Spark is to know of the job; what an earlier one left on this thread, its tag above all, goes. */
    private void announce() {
        Properties own = new Properties();
        own.putAll(job.properties());
        context.setLocalProperties(own);
        context.addJobTag(tag(job.id()));
    }

    /** Tells whether a job runs again that failed: Spark does so itself but for a barrier stage that makes results. */
    private boolean startsAgain(TaskRdd<TaskResult> rdd, JobFailure why) throws InterruptedException {
        if (!why.message().contains(BARRIER_FAILED)) {
            return false;
        }
        TaskFault fault = faults.poll(FAULT_SECONDS, TimeUnit.SECONDS);
        faults.clear();
        boolean user = fault != null && fault.kind == JobFailure.Kind.USER;
        int times = user ? ++failures : ++losses;
        if (times >= (user ? options.maxFailures() : options.maxLosses())) {
            if (fault != null) {
                fail(fault, times);
            }
            return false;
        }
        // Nothing of it was given to the reader.
        early.clear();
        Rdds.startAgain(rdd);
        return !failed();
    }

    /** Hears of a task that failed. */
    void noted(TaskFault fault) {
        if (together) {
            faults.add(fault);
        }
    }

    /** Hands the job to Spark, unless it is to end already; who cancels it meanwhile waits until Spark knows it. */
    private synchronized void begin(TaskRdd<TaskResult> rdd) {
        if (failure != null) {
            arrived.add(OVER);
            return;
        }
        begun = true;
        context.setLocalProperty(TIMES, failures + losses == 0 ? null : Integer.toString(failures + losses));
        SimpleFutureAction<Object> running = context.submitJob(
                rdd,
                new First(),
                CollectionConverters.<Object>asScala(List.<Object>copyOf(job.partitions()))
                        .toSeq(),
                new AbstractFunction2<Object, TaskResult, BoxedUnit>() {
                    @Override
                    public BoxedUnit apply(Object index, TaskResult result) {
                        arrived.add(new Arrived((Integer) index, result));
                        return BoxedUnit.UNIT;
                    }
                },
                new AbstractFunction0<Object>() {
                    @Override
                    public Object apply() {
                        return BoxedUnit.UNIT;
                    }
                });
        running.onComplete(
                new AbstractFunction1<Try<Object>, Object>() {
                    @Override
                    public Object apply(Try<Object> end) {
                        arrived.add(
                                end.isSuccess() ? OVER : new Failed(end.failed().get()));
                        return BoxedUnit.UNIT;
                    }
                },
                ExecutionContext$.MODULE$.fromExecutor(Runnable::run));
    }

    /** Gives results to their reader until there are no more. */
    private void deliver() throws IOException, InterruptedException {
        while (true) {
            Object item = arrived.poll();
            if (item == null) {
                sink.pause();
                item = arrived.take();
            }
            if (item instanceof Arrived one) {
                if (failed()) {
                    continue;
                }
                if (!together && !job.ordered()) {
                    give(one.index(), one.result());
                    continue;
                }
                early.put(one.index(), one.result());
                if (!together) {
                    giveDue();
                }
            } else if (item instanceof Failed failed) {
                throw failed.cause() instanceof RuntimeException known
                        ? known
                        : new IllegalStateException(failed.cause());
            } else {
                giveDue();
                return;
            }
        }
    }

    private void giveDue() throws IOException {
        for (TaskResult due = early.remove(next); due != null; due = early.remove(next)) {
            give(next++, due);
        }
    }

    private synchronized boolean failed() {
        return failure != null;
    }

    private void give(int index, TaskResult result) throws IOException {
        for (byte[] piece : result.pieces()) {
            sink.data(index, ByteBuffer.wrap(piece));
        }
        sink.partitionEnd(index, result.bytes(), result.records());
        if (result.accumulators().length > 0) {
            accumulators.add(result.accumulators());
        }
    }

    @Override
    public void cancel(String reason) {
        fail(new JobFailure(
                JobFailure.Kind.CANCELLED, "job was cancelled: " + reason + " job=" + job.id(), null, null, null));
    }

    /** Ends the job for a reason of ours, unless it has one already. */
    void fail(JobFailure why) {
        synchronized (this) {
            if (failure != null) {
                return;
            }
            failure = why;
            if (!begun) {
                return;
            }
        }
        context.cancelJobsWithTag(tag(job.id()));
    }

    /** A task failed so often that its job has to. */
    void fail(TaskFault fault, int times) {
        fail(failure(fault, times));
    }

    private JobFailure failure(TaskFault fault, int times) {
        String often = times > 1 ? " " + times + " times" : "";
        String place = fault.reason + " in job=" + job.id() + " " + fault.where;
        String text = switch (fault.kind) {
            case USER -> "a task failed" + often + ": " + place;
            case LOST ->
                "a task was lost" + often + ": " + place + "; sluice.task.maxLosses and spark.task.maxFailures"
                        + " allow fewer than " + times;
            default -> place;
        };
        return new JobFailure(fault.kind, text, fault.type, fault.traceback, fault.pickled);
    }

    /** Tells why Spark gave up the job. */
    private JobFailure explain(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof TaskFault fault) {
                return failure(fault, fault.attempt + 1);
            }
        }
        String text = String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
        return new JobFailure(
                JobFailure.Kind.ENGINE, "Spark failed the job: " + text + " job=" + job.id(), null, null, null);
    }
}
