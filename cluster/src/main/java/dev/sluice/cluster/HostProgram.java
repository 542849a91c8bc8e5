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
    private volatile @Nullable Context context;
    private int ended = -1;

    /** A context of it: what names it to executors, and what it was started with. */
    record Context(int number, JsonObject told) {}

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

    /** Its context; null while it has none. */
    @Nullable
    Context context() {
        return context;
    }

    /** Notes its context; null once that has ended. Under the fleet's lock. */
    void context(@Nullable Context begun) {
        Context before = context;
        ended = before == null ? ended : before.number();
        context = begun;
    }

    /** The number of the context that ended last; negative if none has. Under the fleet's lock. */
    int ended() {
        return ended;
    }
}
