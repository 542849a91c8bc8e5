// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import scala.Tuple2;
import scala.collection.AbstractIterator;

/** The output of a task for Spark to write to a shuffle or to keep, as it comes. */
final class Pieces extends AbstractIterator<Object> {
    private final LiveTask task;
    private final int partition;
    private final int emits;
    private final Updates updates;
    private final Map<Integer, Integer> numbers = new HashMap<>();
    private boolean ahead;
    private boolean ended;

    Pieces(LiveTask task, int partition, int emits, Updates updates) {
        this.task = task;
        this.partition = partition;
        this.emits = emits;
        this.updates = updates;
    }

    @Override
    public boolean hasNext() {
        if (!ahead && !ended) {
            ahead = task.advance();
            ended = !ahead;
            if (ended && task.report().accumulators().length > 0) {
                updates.add(new Updates.One(partition, task.report().accumulators()));
            }
        }
        return ahead;
    }

    @Override
    public Object next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        ahead = false;
        if (emits == TaskRdd.KEEP) {
            return task.piece();
        }
        int number = numbers.merge(task.stream(), 1, Integer::sum);
        return new Tuple2<>(new PieceKey(task.stream(), partition, number), task.piece());
    }
}
