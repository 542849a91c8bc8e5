// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.BroadcastFile;
import dev.sluice.worker.Command;
import dev.sluice.worker.TaskInput;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the tree of one task, as {@code sluice/worker/task.py} pictures it. Numbers commands as it meets them, so that
 * one builder serves all tasks of a stage.
 */
final class TreeBuilder {
    private final TreeSources sources;
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final List<Command> commands = new ArrayList<>();
    private final Map<Long, BroadcastFile> broadcasts = new LinkedHashMap<>();
    private boolean barrier;

    TreeBuilder(TreeSources sources) {
        this.sources = sources;
    }

    /** Notes the commands and broadcasts of everything that tasks over {@code dataset} may run. */
    void survey(Dataset dataset) {
        survey(dataset, false);
    }

    /**
     * What lies under a complete cache is noted too, since a kept partition may be damaged or forgotten under the
     * stage; but nobody need load its broadcasts ahead.
     */
    private void survey(Dataset dataset, boolean spare) {
        if (sources.elsewhere(dataset)) {
            return;
        }
        if (dataset instanceof Dataset.PythonStage stage) {
            barrier |= stage.barrier();
            numbers.computeIfAbsent(stage.command().digest(), unused -> {
                commands.add(stage.command());
                return commands.size() - 1;
            });
            for (BroadcastFile file : stage.broadcasts()) {
                BroadcastFile unshared = new BroadcastFile(file.id(), file.path(), file.length(), false);
                broadcasts.merge(file.id(), spare ? unshared : file, (old, more) -> old.shared() ? old : more);
            }
        }
        boolean kept = dataset instanceof Dataset.Cached cached && sources.complete(cached);
        Datasets.narrowInputs(dataset).forEach(input -> survey(input, spare || kept));
    }

    /** Tells whether the tasks are those of a barrier stage. */
    boolean barrier() {
        return barrier;
    }

    List<Command> commands() {
        return commands;
    }

    List<BroadcastFile> broadcasts() {
        return List.copyOf(broadcasts.values());
    }

    Tree build(Dataset dataset, int partition) throws IOException {
        Writer writer = new Writer(partition);
        try {
            writer.node(dataset, partition);
        } catch (IOException | RuntimeException e) {
            writer.inputs.forEach(Stores::closeQuietly);
            throw e;
        }
        List<Keep> keeps =
                writer.cached.stream().map(slot -> slot.dataset().keep()).toList();
        return new Tree(
                new TaskTree(writer.bytes.toByteArray(), writer.holes, writer.inputs, keeps),
                writer.cached,
                writer.adopted);
    }

    /**
     * A task's tree, and what becomes of the partitions in it.
     *
     * @param task what the task is told
     * @param cached the partitions that it stores, by stream number from {@link TaskTree#CACHE_STREAMS}
     * @param adopted the stored partitions that its worker may keep as objects
     */
    record Tree(TaskTree task, List<CacheStore.Slot> cached, List<CacheStore.Slot> adopted) {}

    private final class Writer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        private final DataOutputStream out = new DataOutputStream(bytes);
        private final List<TaskInput> inputs = new ArrayList<>();
        private final List<Integer> holes = sources.holes() ? new ArrayList<>() : List.of();
        private final List<CacheStore.Slot> cached = new ArrayList<>();
        private final List<CacheStore.Slot> adopted = new ArrayList<>();
        private final int task;

        Writer(int task) {
            this.task = task;
        }

        void node(Dataset dataset, int partition) throws IOException {
            if (sources.elsewhere(dataset)) {
                input(sources.open(dataset, partition));
            } else if (dataset instanceof Dataset.PythonStage stage) {
                python(stage, partition);
            } else if (dataset instanceof Dataset.Source source) {
                source(source, partition);
            } else if (dataset instanceof Dataset.Union union) {
                int left = partition;
                for (Dataset input : union.inputs()) {
                    if (left < input.partitions()) {
                        node(input, left);
                        return;
                    }
                    left -= input.partitions();
                }
                throw new IndexOutOfBoundsException(partition);
            } else if (dataset instanceof Dataset.Coalesce coalesce) {
                List<Integer> group = coalesce.groups().get(partition);
                out.writeByte('C');
                out.writeInt(group.size());
                for (int one : group) {
                    node(coalesce.input(), one);
                }
            } else if (dataset instanceof Dataset.Cached kept) {
                cached(kept, partition);
            } else {
                throw new UncheckedIOException(
                        new IOException("a plan node that only a Python stage can read: " + dataset.getClass()));
            }
        }

        private void source(Dataset.Source source, int partition) throws IOException {
            byte[] description = source.descriptions().get(partition);
            String file = source.zstdFiles().get(partition);
            out.writeByte(file == null ? 'S' : 'T');
            out.writeInt(description.length);
            out.write(description);
            if (file != null) {
                input(new ZstdFileInput(file));
            }
        }

        private void python(Dataset.PythonStage stage, int partition) throws IOException {
            List<Dataset> children = new ArrayList<>();
            List<Integer> partitions = new ArrayList<>();
            for (Dataset input : stage.inputs()) {
                if (input instanceof Dataset.Zip zip) {
                    for (Dataset one : zip.inputs()) {
                        children.add(one);
                        partitions.add(partition);
                    }
                } else if (input instanceof Dataset.Cartesian product) {
                    int width = product.right().partitions();
                    children.add(product.left());
                    partitions.add(partition / width);
                    children.add(product.right());
                    partitions.add(partition % width);
                } else {
                    children.add(input);
                    partitions.add(partition);
                }
            }
            Integer number = numbers.get(stage.command().digest());
            if (number == null) {
                throw new IllegalStateException("a command that the stage does not know: " + stage.command());
            }
            if (partition != task) {
                // Below a union or the like a step counts its own partitions, not those of the task.
                out.writeByte('I');
                out.writeInt(partition);
            }
            out.writeByte('P');
            out.writeShort(number);
            out.writeByte(children.size());
            for (int i = 0; i < children.size(); i++) {
                node(children.get(i), partitions.get(i));
            }
        }

        private void cached(Dataset.Cached kept, int partition) throws IOException {
            CacheStore.Slot slot = new CacheStore.Slot(kept, partition);
            // Tasks that read what is kept would not come to a barrier where others wait that compute it.
            boolean readable = !barrier || sources.complete(kept);
            CacheStore.Block block = readable ? sources.kept(slot) : null;
            if (block != null) {
                boolean adopt = !block.held();
                out.writeByte('L');
                out.writeLong(kept.id());
                out.writeInt(partition);
                out.writeLong(block.attemptId());
                out.writeByte(adopt ? 1 : 0);
                if (adopt) {
                    adopted.add(slot);
                }
                input(block);
                return;
            }
            out.writeByte('K');
            out.writeInt(TaskTree.CACHE_STREAMS + cached.size());
            out.writeLong(kept.id());
            out.writeInt(partition);
            cached.add(slot);
            node(kept.input(), partition);
        }

        private void input(TaskInput input) throws IOException {
            if (sources.holes()) {
                holes.add(bytes.size());
                inputs.add(input);
            } else {
                TreeInputs.write(out, inputs, input);
            }
        }
    }
}
