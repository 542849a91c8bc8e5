// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** One job of {@link JobSummaries}, which guards it. */
final class JobSummary {
    private final long id;
    private final long begin = System.nanoTime();
    private final Map<Integer, StageSummary> stages = new TreeMap<>();
    private boolean succeeded;
    private long nanos;

    JobSummary(long id) {
        this.id = id;
    }

    /** A stage to note something in: its tasks may be heard of before itself. */
    StageSummary stage(int number) {
        return stages.computeIfAbsent(number, StageSummary::new);
    }

    void end(boolean well) {
        succeeded = well;
        nanos = System.nanoTime() - begin;
        stages.values().forEach(StageSummary::end);
    }

    Map<String, Object> describe() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("job", id);
        described.put("succeeded", succeeded);
        described.put("wallNanos", nanos);
        described.put(
                "stages", stages.values().stream().map(StageSummary::describe).toList());
        return described;
    }
}
