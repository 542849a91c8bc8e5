// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.watch.Program;
import dev.sluice.engine.watch.Totals;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.BiConsumer;

/** Counts of the running programs for Prometheus; read when they are asked for, so that they cost nothing before. */
final class Metrics {
    private final Programs programs;
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().build();

    Metrics(Programs programs) {
        this.programs = programs;
        counter("sluice_jobs_total", "Jobs that ended, by how.", "status", (totals, add) -> {
            add.accept("succeeded", totals.jobsSucceeded());
            add.accept("failed", totals.jobsFailed());
        });
        counter("sluice_tasks_total", "Attempts at tasks that ended, by how.", "status", (totals, add) -> {
            add.accept("succeeded", totals.tasksSucceeded());
            add.accept("failed", totals.tasksFailed());
            add.accept("lost", totals.tasksLost());
            add.accept("cancelled", totals.tasksCancelled());
        });
        counter("sluice_workers_total", "Workers, by what became of them.", "event", (totals, add) -> {
            add.accept("started", totals.workersStarted());
            add.accept("ended", totals.workersEnded());
        });
        counter(
                "sluice_output_bytes_total",
                "Bytes that tasks emitted, and that workers spilled.",
                "to",
                (totals, add) -> {
                    add.accept("output", totals.bytes());
                    add.accept("spill", totals.diskBytesSpilled());
                });
        CounterWithCallback.builder()
                .name("sluice_task_time_seconds_total")
                .help("Time of tasks, by what it went into.")
                .unit(Unit.SECONDS)
                .labelNames("program", "name", "part")
                .callback(callback -> programs.running()
                        .forEach(program -> Plot.parts(
                                        program.history().totals().times())
                                .forEach((part, nanos) ->
                                        callback.call(Math.max(0, nanos) / 1e9, labels(program, part)))))
                .register(registry);
        GaugeWithCallback.builder()
                .name("sluice_running_tasks")
                .help("Attempts at tasks that run.")
                .labelNames("program", "name")
                .callback(callback -> programs.running()
                        .forEach(program -> callback.call(
                                program.history().runningTasks(),
                                program.info().id(),
                                program.info().name())))
                .register(registry);
        GaugeWithCallback.builder()
                .name("sluice_running_programs")
                .help("Programs that run.")
                .callback(callback -> callback.call(programs.running().size()))
                .register(registry);
    }

    private static String[] labels(Program program, String last) {
        return new String[] {program.info().id(), program.info().name(), last};
    }

    private void counter(String name, String help, String label, BiConsumer<Totals, BiConsumer<String, Long>> read) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("program", "name", label)
                .callback(callback -> programs.running()
                        .forEach(program -> read.accept(
                                program.history().totals(),
                                (value, count) -> callback.call((double) Math.max(0, count), labels(program, value)))))
                .register(registry);
    }

    Response answer(Request request) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Response(200, PrometheusTextFormatWriter.CONTENT_TYPE, text.toByteArray(), Map.of());
    }
}
