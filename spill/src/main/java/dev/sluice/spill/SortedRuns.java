// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Sorts finished tables into runs and merges the runs, at most {@value #FAN_IN} at a time. */
final class SortedRuns<K, C> {
    static final int FAN_IN = 32;

    private final SpillContext<K, C> context;
    private final Comparator<? super K> order;
    private final RecordOutput<K, C> output;
    private List<Extents> runs = new ArrayList<>();

    SortedRuns(SpillContext<K, C> context, Comparator<? super K> order) {
        this.context = context;
        this.order = order;
        this.output = context.newOutput();
    }

    static <K, C> List<Map.Entry<K, C>> sorted(CombinerTable<K, C> table, Comparator<? super K> order) {
        List<Map.Entry<K, C>> entries = new ArrayList<>(table.size());
        table.entries().forEachRemaining(entries::add);
        entries.sort((a, b) -> order.compare(a.getKey(), b.getKey()));
        return entries;
    }

    void add(CombinerTable<K, C> table) {
        for (Map.Entry<K, C> entry : sorted(table, order)) {
            output.write(entry.getKey(), entry.getValue());
        }
        endRun(runs);
    }

    private void endRun(List<Extents> into) {
        Extents run = new Extents();
        output.endExtent(run);
        into.add(run);
    }

    Iterator<Map.Entry<K, C>> merge() {
        while (runs.size() > FAN_IN) {
            List<Extents> longer = new ArrayList<>();
            for (int i = 0; i < runs.size(); i += FAN_IN) {
                Merge merge = new Merge(runs.subList(i, Math.min(runs.size(), i + FAN_IN)));
                while (merge.hasNext()) {
                    Map.Entry<K, C> entry = merge.next();
                    output.write(entry.getKey(), entry.getValue());
                }
                endRun(longer);
            }
            runs = longer;
        }
        return new Merge(runs);
    }

    private final class Merge implements Iterator<Map.Entry<K, C>> {
        private final PriorityQueue<Cursor<K, C>> heads =
                new PriorityQueue<>(FAN_IN, (a, b) -> order.compare(a.key(), b.key()));

        Merge(List<Extents> of) {
            Scratch scratch = output.flush();
            for (Extents run : of) {
                advance(new Cursor<>(context.read(scratch, run)));
            }
        }

        private void advance(Cursor<K, C> cursor) {
            if (cursor.next()) {
                heads.add(cursor);
            }
        }

        @Override
        public boolean hasNext() {
            return !heads.isEmpty();
        }

        @Override
        public Map.Entry<K, C> next() {
            Cursor<K, C> head = heads.poll();
            if (head == null) {
                throw new NoSuchElementException();
            }
            Map.Entry<K, C> entry = head.entry();
            advance(head);
            return entry;
        }
    }

    /** One record ahead in one run. */
    private static final class Cursor<K, C> {
        private final RecordInput<K, C> in;
        private Map.@Nullable Entry<K, C> entry;

        Cursor(RecordInput<K, C> in) {
            this.in = in;
        }

        boolean next() {
            boolean more = in.next();
            entry = more ? in.entry() : null;
            return more;
        }

        Map.Entry<K, C> entry() {
            if (entry == null) {
                throw new NoSuchElementException();
            }
            return entry;
        }

        K key() {
            return entry().getKey();
        }
    }
}
