// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Serializers of common types. */
public final class Serializers {
    private Serializers() {}

    @FunctionalInterface
    private interface Writing<T> {
        void write(T value, DataOutput out) throws IOException;
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read(DataInput in) throws IOException;
    }

    private record Pair<T>(Writing<T> writing, Reading<T> reading) implements Serializer<T> {
        @Override
        public void write(T value, DataOutput out) throws IOException {
            writing.write(value, out);
        }

        @Override
        public T read(DataInput in) throws IOException {
            return reading.read(in);
        }
    }

    /**
     * Serializes integers in 4 bytes.
     *
     * @return the serializer
     */
    public static Serializer<Integer> integers() {
        return new Pair<>((value, out) -> out.writeInt(value), DataInput::readInt);
    }

    /**
     * Serializes longs in 8 bytes.
     *
     * @return the serializer
     */
    public static Serializer<Long> longs() {
        return new Pair<>((value, out) -> out.writeLong(value), DataInput::readLong);
    }

    /**
     * Serializes doubles in 8 bytes, each NaN with its own bits.
     *
     * @return the serializer
     */
    public static Serializer<Double> doubles() {
        return new Pair<>(
                (value, out) -> out.writeLong(Double.doubleToRawLongBits(value)),
                in -> Double.longBitsToDouble(in.readLong()));
    }

    /**
     * Serializes strings of up to 2 GiB as UTF-8.
     *
     * @return the serializer; lone surrogates come back as question marks
     */
    public static Serializer<String> strings() {
        return new Pair<>(
                (value, out) -> {
                    byte[] bytes = value.getBytes(UTF_8);
                    out.writeInt(bytes.length);
                    out.write(bytes);
                },
                in -> {
                    byte[] bytes = new byte[in.readInt()];
                    in.readFully(bytes);
                    return new String(bytes, UTF_8);
                });
    }

    /**
     * Serializes lists.
     *
     * @param elements serializes an element, which is not null
     * @param <T> the type of an element
     * @return the serializer; it reads lists that can grow
     */
    public static <T> Serializer<List<T>> lists(Serializer<T> elements) {
        return new Pair<>(
                (value, out) -> {
                    out.writeInt(value.size());
                    for (T each : value) {
                        elements.write(each, out);
                    }
                },
                in -> {
                    int size = in.readInt();
                    List<T> list = new ArrayList<>(size);
                    for (int i = 0; i < size; i++) {
                        list.add(elements.read(in));
                    }
                    return list;
                });
    }
}
