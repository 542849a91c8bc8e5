// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.json.Json;
import dev.sluice.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** Writes the fields of a message, big-endian; texts and byte strings after their length in four bytes. */
final class Packer {
    private byte[] bytes = new byte[256];
    private int length;

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), bytes.length * 2));
        }
    }

    Packer u8(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
        return this;
    }

    Packer flag(boolean value) {
        return u8(value ? 1 : 0);
    }

    Packer i32(int value) {
        reserve(4);
        bytes[length++] = (byte) (value >>> 24);
        bytes[length++] = (byte) (value >>> 16);
        bytes[length++] = (byte) (value >>> 8);
        bytes[length++] = (byte) value;
        return this;
    }

    Packer i64(long value) {
        return i32((int) (value >>> 32)).i32((int) value);
    }

    Packer blob(byte[] value) {
        i32(value.length);
        reserve(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
        return this;
    }

    Packer json(JsonObject value) {
        return text(Json.write(value.members()));
    }

    /** Adds what another has gathered. */
    Packer append(Packer other) {
        reserve(other.length);
        System.arraycopy(other.bytes, 0, bytes, length, other.length);
        length += other.length;
        return this;
    }

    Packer text(String value) {
        return blob(value.getBytes(StandardCharsets.UTF_8));
    }

    <T> Packer list(List<T> values, BiConsumer<Packer, T> write) {
        i32(values.size());
        for (T value : values) {
            write.accept(this, value);
        }
        return this;
    }

    /** What was written, as a view. */
    ByteBuffer packed() {
        return ByteBuffer.wrap(bytes, 0, length);
    }
}
