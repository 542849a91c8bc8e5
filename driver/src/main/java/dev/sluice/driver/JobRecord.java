// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One job of a {@link JobHistory}, which guards it. */
final class JobRecord {
    private static final String GROUP = "spark.jobGroup.id";
    private static final String NAME = "callSite.short";

    private final long number;
    private final @Nullable String group;
    private final String name;
    private final long begin = System.nanoTime();
    private final List<StageRecord> stages = new ArrayList<>(2);
    private boolean active = true;
    private boolean succeeded;
    private long nanos;

    JobRecord(long number, Map<String, String> properties) {
        this.number = number;
        this.group = properties.get(GROUP);
        this.name = properties.getOrDefault(NAME, "");
    }

    long number() {
        return number;
    }

    @Nullable
    String group() {
        return group;
    }

    String name() {
        return name;
    }

    boolean active() {
        return active;
    }

    List<StageRecord> stages() {
        return stages;
    }

    void add(StageRecord stage) {
        stages.add(stage);
    }

    void end(boolean well) {
        active = false;
        succeeded = well;
        nanos = System.nanoTime() - begin;
        stages.forEach(StageRecord::end);
    }

    /** How it is now. */
    Map<String, Object> status() {
        String status = active ? "RUNNING" : succeeded ? "SUCCEEDED" : "FAILED";
        return Map.of(
                "status",
                status,
                "stages",
                stages.stream().map(StageRecord::number).toList());
    }

    /** What it was, and each of its stages by number. */
    Map<String, Object> summary() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("job", number);
        described.put("succeeded", succeeded);
        described.put("wallNanos", nanos);
        described.put(
                "stages",
                stages.stream()
                        .sorted(Comparator.comparingInt(StageRecord::number))
                        .map(StageRecord::summary)
                        .toList());
        return described;
    }
}
