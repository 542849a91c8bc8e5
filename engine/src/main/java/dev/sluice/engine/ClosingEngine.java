// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

/**
 * An engine, and what was made for it alone and is closed after it.
 *
 * @param engine runs the jobs
 * @param rest closes the rest, after the engine
 */
public record ClosingEngine(Engine engine, Runnable rest) implements Engine {
    @Override
    public JobHandle submit(Job job, ResultSink sink) {
        return engine.submit(job, sink);
    }

    @Override
    public void forget(long dataset) {
        engine.forget(dataset);
    }

    @Override
    public void dropBroadcast(long broadcast) {
        engine.dropBroadcast(broadcast);
    }

    @Override
    public void close() {
        engine.close();
        rest.run();
    }
}
