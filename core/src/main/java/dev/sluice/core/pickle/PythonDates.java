// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.pickle;

import dev.sluice.core.SluiceException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;

/** The states of Python's datetime types: packed big-endian bytes, ten for a datetime, four a date, six a time. */
final class PythonDates {
    /** Python keeps in the eighth bit that a time is the later one of an hour that comes twice. */
    private static final int WITHOUT_FOLD = 0x7f;

    private PythonDates() {}

    static Object datetime(Object[] args) {
        byte[] state = state(args, 10);
        LocalDate date = LocalDate.of(year(state), state[2] & WITHOUT_FOLD, state[3]);
        LocalDateTime value = LocalDateTime.of(date, time(state, 4));
        return args.length == 1 ? value : OffsetDateTime.of(value, (ZoneOffset) args[1]);
    }

    static Object date(Object[] args) {
        byte[] state = state(args, 4);
        return LocalDate.of(year(state), state[2], state[3]);
    }

    static Object time(Object[] args) {
        byte[] state = state(args, 6);
        state[0] = (byte) (state[0] & WITHOUT_FOLD);
        LocalTime value = time(state, 0);
        return args.length == 1 ? value : OffsetTime.of(value, (ZoneOffset) args[1]);
    }

    static Object timedelta(Object[] args) {
        long micros = args.length > 2 ? number(args[2]) : 0;
        long seconds = args.length > 1 ? number(args[1]) : 0;
        long days = args.length > 0 ? number(args[0]) : 0;
        return Duration.ofDays(days).plusSeconds(seconds).plusNanos(Math.multiplyExact(micros, 1000L));
    }

    static Object timezone(Object[] args) {
        Duration offset = (Duration) args[0];
        if (offset.getNano() != 0) {
            throw new IllegalArgumentException("offset of a time zone has a part of a second");
        }
        return ZoneOffset.ofTotalSeconds(Math.toIntExact(offset.getSeconds()));
    }

    static byte[] pack(LocalDate date) {
        if (date.getYear() < 1 || date.getYear() > 9999) {
            throw new SluiceException("cannot pickle: year=" + date.getYear() + ", Python has 1 to 9999");
        }
        return new byte[] {
            (byte) (date.getYear() >> 8),
            (byte) date.getYear(),
            (byte) date.getMonthValue(),
            (byte) date.getDayOfMonth()
        };
    }

    static byte[] pack(LocalTime time) {
        int micros = time.getNano() / 1000;
        return new byte[] {
            (byte) time.getHour(),
            (byte) time.getMinute(),
            (byte) time.getSecond(),
            (byte) (micros >> 16),
            (byte) (micros >> 8),
            (byte) micros
        };
    }

    private static LocalTime time(byte[] state, int at) {
        int micros = (state[at + 3] & 0xff) << 16 | (state[at + 4] & 0xff) << 8 | (state[at + 5] & 0xff);
        return LocalTime.of(state[at], state[at + 1], state[at + 2], Math.multiplyExact(micros, 1000));
    }

    private static int year(byte[] state) {
        return (state[0] & 0xff) << 8 | (state[1] & 0xff);
    }

    /** Python 2 wrote the state as a string of its own kind, which arrives as text. */
    private static byte[] state(Object[] args, int length) {
        byte[] state = args[0] instanceof String text ? text.getBytes(StandardCharsets.ISO_8859_1) : (byte[]) args[0];
        if (state.length != length || args.length > 2) {
            throw new IllegalArgumentException("state of a date or time has " + state.length + " bytes, not " + length);
        }
        return state.clone();
    }

    private static long number(Object value) {
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw new IllegalArgumentException("a timedelta needs whole numbers");
    }
}
