// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.ProtocolException;
import dev.sluice.engine.InputBlocks;
import dev.sluice.engine.Keep;
import dev.sluice.engine.StageWork;
import dev.sluice.engine.TaskTree;
import dev.sluice.engine.ZstdFileInput;
import dev.sluice.spill.StoredBlock;
import dev.sluice.worker.BroadcastFile;
import dev.sluice.worker.Command;
import dev.sluice.worker.StageSpec;
import dev.sluice.worker.TaskInput;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Stages and tasks as they go to executors. Inputs go as the places where they can be read. */
final class LeaseMessages {
    private static final int BLOCKS = 0;
    private static final int ZSTD = 1;

    private LeaseMessages() {}

    static void stage(Packer to, StageWork work) {
        StageSpec spec = work.spec();
        to.i32(spec.id()).i32(work.emits()).i32(spec.together());
        to.list(spec.commands(), (out, command) -> out.text(command.digest()).blob(command.bytes()));
        to.list(
                spec.broadcasts(),
                (out, file) ->
                        out.i64(file.id()).text(file.path()).i64(file.length()).flag(file.shared()));
        to.list(spec.path(), Packer::text);
        to.list(
                List.copyOf(spec.properties().entrySet()),
                (out, entry) -> out.text(entry.getKey()).text(entry.getValue()));
    }

    static StageWork stage(Unpacker from) {
        int id = from.i32();
        int emits = from.i32();
        int together = from.i32();
        List<Command> commands = from.list(in -> new Command(in.text(), in.blob()));
        List<BroadcastFile> broadcasts = from.list(in -> new BroadcastFile(in.i64(), in.text(), in.i64(), in.flag()));
        List<String> path = from.list(Unpacker::text);
        Map<String, String> properties = new LinkedHashMap<>();
        from.list(in -> properties.put(in.text(), in.text()));
        return new StageWork(new StageSpec(id, commands, broadcasts, path, properties, together), emits);
    }

    static void tree(Packer to, TaskTree tree) {
        to.blob(tree.bytes());
        to.list(tree.holes(), Packer::i32);
        to.list(tree.inputs(), LeaseMessages::input);
        to.list(tree.keeps(), (out, keep) -> out.text(keep.name()));
    }

    private static void input(Packer to, TaskInput input) {
        if (input instanceof ZstdFileInput zstd) {
            to.u8(ZSTD).text(zstd.file());
            return;
        }
        if (!(input instanceof InputBlocks blocks)) {
            throw new IllegalArgumentException("an input that no other process can read: " + input.getClass());
        }
        to.u8(BLOCKS);
        // Blocks of one reducer lie mostly in few directories: each is named when it changes.
        String[] last = {""};
        to.list(blocks.blocks(), (out, block) -> {
            String parent = String.valueOf(block.path().getParent());
            boolean same = parent.equals(last[0]);
            last[0] = parent;
            out.text(same ? "" : parent).text(String.valueOf(block.path().getFileName()));
            out.i64(block.offset()).i64(block.stored()).i64(block.bytes());
            out.i32(block.headersCrc()).u8(block.codec());
        });
    }

    static TaskTree tree(Unpacker from) {
        byte[] bytes = from.blob();
        List<Integer> holes = from.list(Unpacker::i32);
        int[] number = {0};
        List<TaskInput> inputs = from.list(in -> input(in, number[0]++));
        List<Keep> keeps = from.list(in -> Keep.valueOf(in.text()));
        if (holes.size() != inputs.size() || holes.stream().anyMatch(hole -> hole < 0 || hole > bytes.length)) {
            throw new ProtocolException("malformed task: holes=" + holes + " inputs=" + inputs.size());
        }
        return new TaskTree(bytes, holes, inputs, keeps);
    }

    private static TaskInput input(Unpacker from, int number) {
        int kind = from.u8();
        if (kind == ZSTD) {
            return new ZstdFileInput(from.text());
        }
        String[] last = {""};
        return InputBlocks.open(number, from.list(in -> {
            String parent = in.text();
            last[0] = parent.isEmpty() ? last[0] : parent;
            Path path = Path.of(last[0], in.text());
            return new StoredBlock(path, in.i64(), in.i64(), in.i64(), in.i32(), (byte) in.u8());
        }));
    }
}
