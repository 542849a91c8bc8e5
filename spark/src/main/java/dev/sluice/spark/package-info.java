// SPDX-License-Identifier: Apache-2.0
/**
 * Plans on Apache Spark: {@code SparkEngine} turns them into Spark's RDDs, and Spark schedules, shuffles
 * and recovers; {@link dev.sluice.spark.SparkDriverMain} is the driver's JVM that {@code spark-submit} starts. Python
 * workers are those of module worker, a pool in each executor.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.spark;
