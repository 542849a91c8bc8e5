// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.BroadcastFile;
import dev.sluice.worker.Command;
import dev.sluice.worker.TestPython;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Builds plans whose functions are Python expressions over {@code contract_functions.py}. */
public final class Plans {
    private final TestPython python;
    private long nextId;

    Plans(TestPython python) {
        this.python = python;
    }

    /** The integers 0 to {@code count - 1} in partitions of the same length. */
    public Dataset range(int count, int partitions) {
        List<byte[]> descriptions = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            int from = (int) ((long) count * i / partitions);
            int to = (int) ((long) count * (i + 1) / partitions);
            descriptions.add(python.pickle("('range', " + from + ", " + to + ", 1)"));
        }
        return new Dataset.Source(nextId++, descriptions);
    }

    /** One Python stage; {@code steps} such as {@code ('map', double), ('filter', is_even)}. */
    public Dataset python(Dataset input, String steps, BroadcastFile... broadcasts) {
        return new Dataset.PythonStage(
                nextId++, "rows", command(steps), List.of(input), List.of(broadcasts), input.partitions(), false);
    }

    /** A step whose tasks run at once and may wait for each other. */
    public Dataset barrier(Dataset input, String steps) {
        return new Dataset.PythonStage(
                nextId++, "rows", command(steps), List.of(input), List.of(), input.partitions(), true);
    }

    public Dataset shuffle(Dataset input, int partitions) {
        Dataset written = python(input, "('write', ByModulo(" + partitions + "))");
        return new Dataset.Shuffle(nextId++, written, partitions);
    }

    public Dataset union(Dataset... inputs) {
        return new Dataset.Union(nextId++, List.of(inputs));
    }

    public Dataset coalesce(Dataset input, List<List<Integer>> groups) {
        return new Dataset.Coalesce(nextId++, input, groups);
    }

    public Dataset zip(Dataset left, Dataset right, String function) {
        return python(new Dataset.Zip(nextId++, List.of(left, right)), "('multi', " + function + ")");
    }

    public Dataset cartesian(Dataset left, Dataset right, String function) {
        return python(new Dataset.Cartesian(nextId++, left, right), "('multi', " + function + ")");
    }

    public Dataset cached(Dataset input) {
        return cached(input, Keep.MEMORY_AND_DISK);
    }

    public Dataset cached(Dataset input, Keep keep) {
        return new Dataset.Cached(nextId++, input, keep);
    }

    private Command command(String steps) {
        byte[] bytes = python.pickle("[" + steps + "]");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return new Command(HexFormat.of().formatHex(digest), bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
