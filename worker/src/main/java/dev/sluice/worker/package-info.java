// SPDX-License-Identifier: Apache-2.0
/**
 * A pool of warm Python workers: one zygote imports, forks and reaps; workers are leased to tasks and used again. A Java
 * program begins with {@link dev.sluice.worker.PythonWorkers} and {@link dev.sluice.worker.PythonFunction}; an engine
 * with {@link dev.sluice.worker.WorkerPool}, {@link dev.sluice.worker.PoolOptions} and {@link dev.sluice.worker.Worker}.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.worker;
