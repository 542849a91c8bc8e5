// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.Engine;
import dev.sluice.engine.EngineFixture;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What befalls executors: two of one slot each. */
class ExecutorHostTest extends EngineFixture {
    private ExecutorFixtures started;

    @Override
    protected Engine start(Setup setup) throws IOException {
        started = ExecutorFixtures.start(setup, Map.of("sluice.memory", "1g", "sluice.cluster.silence", "3s"));
        return started;
    }

    @Test
    void aStageIsNeverTakenForOneOfTheContextBefore() throws Exception {
        assertThat(run(plans.python(plans.range(4, 2), "('map', double)"))).isEqualTo("[[0, 2], [4, 6]]");
        started.anotherContext();
        assertThat(run(plans.python(plans.range(4, 2), "('map', pair)"))).isEqualTo("[[[0, 0], [1, 1]], [[2, 2], [3, 3]]]");
    }
}
