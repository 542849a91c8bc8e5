// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/** Which stages an executor remembers: each is sent once. Evicts as {@link HostedProgram} does. Guarded by its user. */
final class StagesSent {
    private final Map<Integer, LinkedHashSet<Long>> ofPrograms = new HashMap<>();

    /** Returns whether the executor has to be told; it knows from now on. */
    boolean learn(int program, long stage) {
        LinkedHashSet<Long> known = ofPrograms.computeIfAbsent(program, unused -> new LinkedHashSet<>());
        if (!known.add(stage)) {
            return false;
        }
        if (known.size() > HostedProgram.STAGES) {
            known.remove(known.iterator().next());
        }
        return true;
    }

    void forget(int program) {
        ofPrograms.remove(program);
    }
}
