// SPDX-License-Identifier: Apache-2.0
/**
 * Plans and their execution: the {@link dev.sluice.engine.Dataset} plan, the {@link dev.sluice.engine.Engine} seam, and
 * {@link dev.sluice.engine.LocalEngine}, which cuts a plan at its shuffles and runs tasks on a pool of workers.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.engine;
