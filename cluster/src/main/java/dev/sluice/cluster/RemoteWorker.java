// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.worker.WorkerHandle;

/** A worker of an executor, as the coordinator knows it: where partitions may be that it keeps as objects. */
final class RemoteWorker implements WorkerHandle {
    private final ExecutorLink link;
    private final int program;
    private final long pid;
    private volatile boolean leased;
    private volatile boolean ended;

    RemoteWorker(ExecutorLink link, int program, long pid) {
        this.link = link;
        this.program = program;
        this.pid = pid;
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public boolean leased() {
        return leased;
    }

    void leased(boolean value) {
        leased = value;
    }

    @Override
    public boolean ended() {
        return ended || link.gone();
    }

    void end() {
        ended = true;
    }

    @Override
    public void kill() {
        throw new UnsupportedOperationException("a worker of an executor is ended by its lease");
    }

    @Override
    public boolean revoke(long attemptId) {
        return false;
    }

    @Override
    public void uncache(long dataset) {
        if (!ended()) {
            link.tell(Order.UNCACHE, new Packer().i32(program).i64(pid).i64(dataset));
        }
    }

    @Override
    public Object site() {
        return link;
    }
}
