// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.watch.HistoryFile;
import dev.sluice.engine.watch.JobHistory;
import dev.sluice.engine.watch.OutputFilter;
import dev.sluice.engine.watch.OutputLine;
import dev.sluice.engine.watch.Program;
import dev.sluice.engine.watch.ProgramInfo;
import dev.sluice.engine.watch.ProgramState;
import java.util.List;

/** A program that was recorded. */
record RecordedProgram(HistoryFile.Recorded recorded) implements Program {
    @Override
    public ProgramInfo info() {
        return recorded.info();
    }

    @Override
    public JobHistory history() {
        return recorded.history();
    }

    @Override
    public ProgramState state() {
        return ProgramState.NOTHING;
    }

    @Override
    public List<OutputLine> output(OutputFilter filter) {
        return recorded.output().stream().filter(filter::takes).toList();
    }

    @Override
    public boolean kill(long job, String reason) {
        return false;
    }
}
