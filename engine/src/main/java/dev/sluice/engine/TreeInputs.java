// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.TaskInput;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Puts the nodes of inputs into a task's tree, and with each as much of the input as travels with its task. */
public final class TreeInputs {
    /** Input that fits here travels with its task, without a round trip. */
    private static final int INLINE = 32 << 10;

    private TreeInputs() {}

    /**
     * Fills the holes of a tree.
     *
     * @param tree with a hole for each of its inputs, which are open
     * @return the same task without holes; its inputs are the caller's to close
     * @throws IOException if an input cannot be read; all are closed then
     */
    public static TaskTree fill(TaskTree tree) throws IOException {
        if (tree.holes().isEmpty()) {
            return tree;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(tree.bytes().length + 64);
        DataOutputStream out = new DataOutputStream(bytes);
        List<TaskInput> inputs = new ArrayList<>();
        int from = 0;
        try {
            for (int i = 0; i < tree.holes().size(); i++) {
                int hole = tree.holes().get(i);
                out.write(tree.bytes(), from, hole - from);
                write(out, inputs, tree.inputs().get(i));
                from = hole;
            }
            out.write(tree.bytes(), from, tree.bytes().length - from);
        } catch (IOException | RuntimeException e) {
            tree.inputs().forEach(Stores::closeQuietly);
            throw e;
        }
        return new TaskTree(bytes.toByteArray(), List.of(), inputs, tree.keeps());
    }

    /** Writes the node of an input, which becomes the next of {@code inputs}. */
    static void write(DataOutputStream out, List<TaskInput> inputs, TaskInput input) throws IOException {
        inputs.add(input);
        ByteBuffer first = input.exhausted() ? ByteBuffer.allocate(0) : input.next();
        boolean last = !first.hasRemaining() || input.exhausted();
        if (!last && first.remaining() > INLINE) {
            inputs.set(inputs.size() - 1, new Prefetched(first, input));
            first = ByteBuffer.allocate(0);
        }
        out.writeByte('D');
        out.writeShort(inputs.size() - 1);
        out.writeByte(last ? 1 : 0);
        out.writeInt(first.remaining());
        byte[] copy = new byte[first.remaining()];
        first.get(copy);
        out.write(copy);
    }

    /** An input whose first piece was already taken. */
    private static final class Prefetched implements TaskInput {
        private ByteBuffer first;
        private final TaskInput rest;

        Prefetched(ByteBuffer first, TaskInput rest) {
            // The source may reuse its buffer, but only when asked for the next piece.
            this.first = first;
            this.rest = rest;
        }

        @Override
        public ByteBuffer next() throws IOException {
            if (first.hasRemaining()) {
                ByteBuffer piece = first;
                first = ByteBuffer.allocate(0);
                return piece;
            }
            return rest.next();
        }

        @Override
        public boolean exhausted() {
            return !first.hasRemaining() && rest.exhausted();
        }

        @Override
        public void close() throws IOException {
            rest.close();
        }
    }
}
