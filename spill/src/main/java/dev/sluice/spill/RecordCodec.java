// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A key and its combiner as bytes.
 *
 * <pre>
 * | length, 4 bytes | flags, 1 byte | key ... | combiner ... |      length counts what follows it
 * </pre>
 *
 * Flags: bit 0 the key is null, bit 1 the combiner is null; neither has bytes then. The length is there so that a
 * serializer that reads more or less than it wrote is found at that record, not later as a wrong answer.
 */
final class RecordCodec<K, C> {
    static final int PREFIX_BYTES = 4;
    private static final int KEY_NULL = 1;
    private static final int COMBINER_NULL = 2;

    private final Serializer<K> keys;
    private final Serializer<C> combiners;
    private final Bytes bytes = new Bytes();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private final Counter counter = new Counter();
    private final DataOutputStream counterOut = new DataOutputStream(counter);

    RecordCodec(Serializer<K> keys, Serializer<C> combiners) {
        this.keys = keys;
        this.combiners = combiners;
    }

    /** Encodes into a buffer that is valid until the next call. */
    ByteBuffer encode(@Nullable K key, @Nullable C combiner) {
        bytes.reset();
        try {
            out.writeInt(0);
            out.writeByte((key == null ? KEY_NULL : 0) | (combiner == null ? COMBINER_NULL : 0));
            if (key != null) {
                keys.write(key, out);
            }
            if (combiner != null) {
                combiners.write(combiner, out);
            }
        } catch (IOException e) {
            throw new SpillException("record could not be serialized: serializer=" + keys + "/" + combiners, e);
        }
        ByteBuffer record = bytes.view();
        record.putInt(0, record.remaining() - PREFIX_BYTES);
        bytes.shrink();
        return record;
    }

    /** How many bytes {@link #encode} would make, or -1 if that is more than {@code most}. */
    long measure(@Nullable K key, @Nullable C combiner, long most) {
        counter.left = most;
        try {
            if (key != null) {
                keys.write(key, counterOut);
            }
            if (combiner != null) {
                combiners.write(combiner, counterOut);
            }
        } catch (TooLarge e) {
            return -1;
        } catch (IOException e) {
            throw new SpillException("record could not be serialized: serializer=" + keys + "/" + combiners, e);
        }
        return most - counter.left;
    }

    /** What was decoded last. */
    static final class Decoded<K, C> {
        @Nullable
        K key;

        @Nullable
        C combiner;
    }

    void decode(byte[] record, int length, Decoded<K, C> into) {
        ByteArrayInputStream source = new ByteArrayInputStream(record, 0, length);
        DataInputStream in = new DataInputStream(source);
        try {
            int flags = in.readUnsignedByte();
            into.key = (flags & KEY_NULL) != 0 ? null : keys.read(in);
            into.combiner = (flags & COMBINER_NULL) != 0 ? null : combiners.read(in);
        } catch (IOException e) {
            throw new SpillException("record could not be read by its serializer: bytes=" + length, e);
        }
        if (source.available() != 0) {
            throw new SpillException("serializer read less than it wrote: bytes=" + length + " left="
                    + source.available() + "; correct the serializer of " + keys + " or " + combiners);
        }
    }

    /** Counts down and gives up below zero, so that measuring a large object costs little. */
    private static final class Counter extends OutputStream {
        private long left;

        @Override
        public void write(int b) throws IOException {
            count(1);
        }

        @Override
        public void write(byte[] b, int off, int len) throws IOException {
            count(len);
        }

        private void count(int n) throws IOException {
            left -= n;
            if (left < 0) {
                throw new TooLarge();
            }
        }
    }

    private static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** A byte array stream that lends its array, and does not keep a very large one. */
    private static final class Bytes extends ByteArrayOutputStream {
        private static final int KEPT = 1 << 20;

        ByteBuffer view() {
            return ByteBuffer.wrap(buf, 0, count);
        }

        void shrink() {
            if (buf.length > KEPT) {
                buf = new byte[32];
                count = 0;
            }
        }
    }
}
