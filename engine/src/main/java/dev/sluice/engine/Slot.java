// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

/** One thread of {@link LocalEngine}: takes leases, and runs them in this process. */
final class Slot implements Runnable {
    private final LocalEngine engine;
    private final LeaseRunner runner;
    private final LeaseOwner<TaskRun> owner;

    Slot(LocalEngine engine, LeaseRunner runner, LeaseOwner<TaskRun> owner) {
        this.engine = engine;
        this.runner = runner;
        this.owner = owner;
    }

    @Override
    public void run() {
        Lease<TaskRun> lease = engine.take();
        while (lease != null) {
            runner.run(lease, owner);
            lease = engine.take();
        }
    }
}
