// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.engine.BarrierRules;
import dev.sluice.engine.Engine;
import dev.sluice.engine.EngineOptions;
import dev.sluice.engine.Event;
import dev.sluice.engine.EventBus;
import dev.sluice.engine.Job;
import dev.sluice.engine.JobFailure;
import dev.sluice.engine.JobHandle;
import dev.sluice.engine.ResultSink;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;

/**
 * Runs jobs on Apache Spark: plans become its RDDs, each stage's tasks Python workers in its executors. Spark schedules,
 * shuffles, keeps and recovers; this class turns jobs and their ends into each other.
 */
final class SparkEngine implements Engine {
    private final SparkContext context;
    private final EngineOptions options;
    private final IntSupplier slots;
    private final EventBus events;
    private final NearBroadcasts near;
    private final Rdds rdds;
    private final JobWatch watch;
    private final Map<Long, SparkJob> jobs = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "sluice-job");
        thread.setDaemon(true);
        return thread;
    });
    private boolean closed;

    /**
     * Makes an engine over a context, which stays open when the engine closes.
     *
     * @param context where jobs run
     * @param terms how executors start workers
     * @param options how often tasks may fail
     * @param slots tells how many tasks run at once, as far as that is known
     * @param events hears what happens
     */
    SparkEngine(SparkContext context, Terms terms, EngineOptions options, IntSupplier slots, EventBus events) {
        this.context = context;
        this.options = options;
        this.slots = slots;
        this.events = events;
        this.near = new NearBroadcasts(terms.application(), !context.isLocal());
        this.rdds = new Rdds(context, terms, near);
        this.watch = new JobWatch(jobs, options, events);
        context.addSparkListener(watch);
    }

    @Override
    public JobHandle submit(Job job, ResultSink sink) {
        @Nullable String refusal = BarrierRules.refusal(rdds::missing, job, slots.getAsInt());
        SparkJob submitted =
                new SparkJob(context, job, sink, options, rdds::result, failure -> ended(job.id(), failure));
        if (refusal != null) {
            submitted.fail(new JobFailure(JobFailure.Kind.ENGINE, refusal + " job=" + job.id(), null, null, null));
        }
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("the engine is closed");
            }
            events.post(new Event.JobStarted(job.id(), job.properties()));
            jobs.put(job.id(), submitted);
            threads.execute(submitted);
        }
        return submitted;
    }

    private void ended(long job, @Nullable JobFailure failure) {
        jobs.remove(job);
        events.post(new Event.JobEnded(job, failure == null, failure == null ? "" : failure.message()));
    }

    @Override
    public void forget(long dataset) {
        rdds.forget(dataset);
    }

    @Override
    public void dropBroadcast(long broadcast) {
        rdds.dropBroadcast(broadcast);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        jobs.values().forEach(job -> job.cancel("the engine was closed"));
        threads.shutdown();
        try {
            threads.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!context.isStopped()) {
            context.removeSparkListener(watch);
        }
        near.close();
    }
}
