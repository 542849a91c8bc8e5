// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.pickle;

import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.Pickler;
import org.jspecify.annotations.Nullable;

/**
 * The library's writer for the types of {@link PickleCodec} only: left alone it would read any object's properties by
 * reflection, and write byte[] as bytearray.
 */
final class GuardedPickler extends Pickler {
    GuardedPickler() {
        // By identity: compared by value, two equal lists would come out as one list.
        super(true, false);
    }

    @Override
    public void save(@Nullable Object value) throws IOException {
        if (value instanceof byte[] bytes) {
            bytes(bytes);
        } else if (value instanceof String text && PythonText.hasLoneSurrogate(text)) {
            lengthAndBytes(Opcodes.BINUNICODE, PythonText.encodeWithSurrogates(text));
        } else if (value instanceof LocalDate date) {
            call("date", PythonDates.pack(date), null);
        } else if (value instanceof LocalTime time) {
            call("time", PythonDates.pack(time), null);
        } else if (value instanceof OffsetTime time) {
            call("time", PythonDates.pack(time.toLocalTime()), time.getOffset());
        } else if (value instanceof LocalDateTime time) {
            call("datetime", pack(time), null);
        } else if (value instanceof OffsetDateTime time) {
            call("datetime", pack(time.toLocalDateTime()), time.getOffset());
        } else if (value instanceof Duration duration) {
            timedelta(duration);
        } else if (isKnown(value)) {
            super.save(value);
        } else {
            throw new SluiceException("cannot pickle: class="
                    + (value == null ? "null" : value.getClass().getName())
                    + " has no counterpart in Python; convert it to a type of PickleCodec's table");
        }
    }

    private static boolean isKnown(@Nullable Object value) {
        return value == null
                || value instanceof Boolean
                || value instanceof Character
                || value instanceof String
                || value instanceof Byte
                || value instanceof Short
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Float
                || value instanceof Double
                || value instanceof BigInteger
                || value instanceof BigDecimal
                || value instanceof Object[]
                || value instanceof List
                || value instanceof Map
                || value instanceof Set;
    }

    private void bytes(byte[] value) throws IOException {
        lengthAndBytes(Opcodes.BINBYTES, value);
    }

    private void lengthAndBytes(short instruction, byte[] value) throws IOException {
        out.write(instruction);
        out.write(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value.length)
                .array());
        out.write(value);
    }

    private void call(String name, byte[] state, @Nullable ZoneOffset offset) throws IOException {
        global(name);
        bytes(state);
        if (offset == null) {
            out.write(Opcodes.TUPLE1);
        } else {
            global("timezone");
            timedelta(Duration.ofSeconds(offset.getTotalSeconds()));
            out.write(Opcodes.TUPLE1);
            out.write(Opcodes.REDUCE);
            out.write(Opcodes.TUPLE2);
        }
        out.write(Opcodes.REDUCE);
    }

    private void timedelta(Duration duration) throws IOException {
        global("timedelta");
        super.save(Math.floorDiv(duration.getSeconds(), 86_400L));
        super.save(Math.floorMod(duration.getSeconds(), 86_400L));
        super.save((long) duration.getNano() / 1000);
        out.write(Opcodes.TUPLE3);
        out.write(Opcodes.REDUCE);
    }

    private void global(String name) throws IOException {
        OutputStream to = out;
        to.write(Opcodes.GLOBAL);
        to.write(("datetime\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] pack(LocalDateTime time) {
        return ByteBuffer.allocate(10)
                .put(PythonDates.pack(time.toLocalDate()))
                .put(PythonDates.pack(time.toLocalTime()))
                .array();
    }
}
