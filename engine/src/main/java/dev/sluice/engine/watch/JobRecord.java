// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.engine.PlanNode;
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
    private static final String DESCRIPTION = "spark.job.description";
    private static final String TAGS = "spark.job.tags";

    private final long number;
    private final @Nullable String group;
    private final String name;
    private final String description;
    private final List<String> tags;
    private final long begin;
    private final List<StageRecord> stages = new ArrayList<>(2);
    private List<PlanNode> plan = List.of();
    private boolean active = true;
    private boolean succeeded;
    private String reason = "";
    private long end;

    JobRecord(long number, Map<String, String> properties, long time) {
        this.number = number;
        this.group = properties.containsKey(GROUP) ? text(properties, GROUP) : null;
        this.name = text(properties, NAME);
        this.description = text(properties, DESCRIPTION);
        String tagged = text(properties, TAGS);
        this.tags = tagged.isEmpty() ? List.of() : List.of(tagged.split(",", -1));
        this.begin = time;
    }

    private static String text(Map<String, String> properties, String name) {
        return Failure.cut(properties.getOrDefault(name, ""));
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

    void plan(List<PlanNode> nodes) {
        plan = nodes;
    }

    void end(boolean well, String why, long time) {
        active = false;
        succeeded = well;
        reason = Failure.cut(why);
        end = Math.max(begin, time);
        stages.forEach(stage -> stage.end(time));
    }

    private String state() {
        return active ? "RUNNING" : succeeded ? "SUCCEEDED" : "FAILED";
    }

    /** How it is now. */
    Map<String, Object> status() {
        return Map.of(
                "status",
                state(),
                "stages",
                stages.stream().map(StageRecord::number).toList());
    }

    /** What it was, and each of its stages by number. */
    Map<String, Object> summary() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("job", number);
        described.put("succeeded", succeeded);
        described.put("wallNanos", end - begin);
        described.put("stages", inOrder().map(StageRecord::summary).toList());
        return described;
    }

    private java.util.stream.Stream<StageRecord> inOrder() {
        return stages.stream().sorted(Comparator.comparingInt(StageRecord::number));
    }

    JobView view() {
        return new JobView(
                number,
                name,
                description,
                group == null ? "" : group,
                tags,
                state(),
                begin,
                end,
                reason,
                inOrder().map(StageRecord::view).toList(),
                plan);
    }
}
