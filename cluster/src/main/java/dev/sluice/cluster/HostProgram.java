// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.json.JsonObject;
import dev.sluice.worker.OutputListener;
import org.jspecify.annotations.Nullable;

/** A program as the fleet knows it: what executors are told of it, and where its output goes. */
final class HostProgram {
    private final int number;
    private final JsonObject told;
    private final OutputListener output;
    private volatile @Nullable JsonObject context;

    HostProgram(int number, JsonObject told, OutputListener output) {
        this.number = number;
        this.told = told;
        this.output = output;
    }

    int number() {
        return number;
    }

    JsonObject told() {
        return told;
    }

    OutputListener output() {
        return output;
    }

    /** What its context was started with; null while it has none. */
    @Nullable
    JsonObject context() {
        return context;
    }

    /** Notes what its context is started with; null once that has ended. Under the fleet's lock. */
    void context(@Nullable JsonObject begun) {
        context = begun;
    }
}
