// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;

/**
 * A broadcast as tasks are told of it.
 *
 * @param id its number in the program
 * @param length its file's length in bytes
 * @param shared whether it is unpickled once a machine
 * @param content what Spark carries
 */
record Shipped(long id, long length, boolean shared, Broadcast<FileContent> content) implements Serializable {}
