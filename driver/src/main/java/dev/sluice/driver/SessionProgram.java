// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.settings.Setting;
import dev.sluice.core.settings.Settings;
import dev.sluice.engine.CachedDataset;
import dev.sluice.engine.watch.JobHistory;
import dev.sluice.engine.watch.OutputFilter;
import dev.sluice.engine.watch.OutputLine;
import dev.sluice.engine.watch.OutputTail;
import dev.sluice.engine.watch.Program;
import dev.sluice.engine.watch.ProgramInfo;
import dev.sluice.engine.watch.ProgramState.Budget;
import dev.sluice.engine.watch.ProgramState.ProcessState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A context that is active, as pages see it. */
final class SessionProgram implements Program {

    private final Session session;
    private final DriverConfig config;
    private final OutputTail output;
    private final String id;
    private final long started = System.currentTimeMillis();

    SessionProgram(Session session, DriverConfig config, OutputTail output, int number) {
        this.session = session;
        this.config = config;
        this.output = output;
        this.id = config.driverPid() + "-" + number;
    }

    @Override
    public ProgramInfo info() {
        Map<String, String> defaults = new TreeMap<>();
        for (Setting<?> setting : Settings.all()) {
            if (!setting.name().endsWith("*") && !config.configuration().isSet(setting)) {
                defaults.put(setting.name(), setting.defaultText());
            }
        }
        Map<String, String> versions = new TreeMap<>(config.versions());
        versions.put("java", Runtime.version().toString());
        return new ProgramInfo(
                id,
                config.configuration().get(Settings.APP_NAME),
                config.configuration().get(Settings.MASTER),
                config.driverPid(),
                started,
                0,
                withoutSecrets(config.configuration().entries()),
                defaults,
                withoutSecrets(config.environment()),
                versions,
                true);
    }

    private static Map<String, String> withoutSecrets(Map<String, String> entries) {
        Map<String, String> shown = new TreeMap<>();
        entries.forEach((name, value) -> shown.put(name, Secrets.hidden(name, value)));
        return shown;
    }

    String id() {
        return id;
    }

    @Override
    public JobHistory history() {
        return session.history();
    }

    @Override
    public long changes() {
        return session.history().changes() + output.changes();
    }

    @Override
    public List<ProcessState> processes() {
        return session.processes();
    }

    @Override
    public List<CachedDataset> cached() {
        return session.cached();
    }

    @Override
    public List<Budget> budgets() {
        return session.engines().budgets();
    }

    @Override
    public List<OutputLine> output(OutputFilter filter) {
        return output.lines(filter);
    }

    @Override
    public boolean kill(long job, String reason) {
        if (job >= 0) {
            return session.cancel(job, reason);
        }
        session.cancelAll(reason);
        // The handle knows when the process began, so that no other with its number is meant.
        return session.driver().map(ProcessHandle::destroy).orElse(false);
    }
}
