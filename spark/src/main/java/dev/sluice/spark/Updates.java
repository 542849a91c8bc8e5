// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.util.AccumulatorV2;

/**
 * Accumulator updates of the tasks of one RDD on their way to the driver, by partition. Of tasks that Spark ran more than
 * once for one partition, to write lost map output anew, the first one counts until the job has taken its updates.
 */
final class Updates extends AccumulatorV2<Updates.One, Map<Integer, byte[]>> {
    private static final long serialVersionUID = 1L;

    private final Map<Integer, byte[]> updates = new HashMap<>();

    /** One task's pickled updates. */
    record One(int partition, byte[] pickled) {}

    @Override
    public synchronized boolean isZero() {
        return updates.isEmpty();
    }

    @Override
    public synchronized Updates copy() {
        Updates copy = new Updates();
        copy.updates.putAll(updates);
        return copy;
    }

    @Override
    public synchronized void reset() {
        updates.clear();
    }

    @Override
    public synchronized void add(One one) {
        updates.putIfAbsent(one.partition(), one.pickled());
    }

    @Override
    public synchronized void merge(AccumulatorV2<One, Map<Integer, byte[]>> other) {
        other.value().forEach(updates::putIfAbsent);
    }

    @Override
    public synchronized Map<Integer, byte[]> value() {
        return Map.copyOf(updates);
    }

    /** Takes what has come, in the order of the partitions. */
    synchronized List<byte[]> take() {
        List<byte[]> taken = new ArrayList<>();
        updates.keySet().stream().sorted().forEach(partition -> taken.add(updates.get(partition)));
        updates.clear();
        return taken;
    }
}
