// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.CachedDataset;
import dev.sluice.engine.watch.HistoryFile;
import dev.sluice.engine.watch.JobHistory;
import dev.sluice.engine.watch.OutputFilter;
import dev.sluice.engine.watch.OutputLine;
import dev.sluice.engine.watch.Program;
import dev.sluice.engine.watch.ProgramInfo;
import dev.sluice.engine.watch.ProgramState.Budget;
import dev.sluice.engine.watch.ProgramState.ProcessState;
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
    public List<ProcessState> processes() {
        return List.of();
    }

    @Override
    public List<CachedDataset> cached() {
        return List.of();
    }

    @Override
    public List<Budget> budgets() {
        return List.of();
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
