// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.engine.StageWork;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/** Which stages an executor remembers: each is sent once. Evicts as {@link HostedProgram} does. Guarded by its user. */
final class StagesSent {
    private final Map<Integer, LinkedHashSet<Integer>> ofPrograms = new HashMap<>();

    /** Returns whether the executor has to be told; it knows from now on. */
    boolean learn(int program, StageWork work) {
        LinkedHashSet<Integer> known = ofPrograms.computeIfAbsent(program, unused -> new LinkedHashSet<>());
        if (!known.add(work.spec().id())) {
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
