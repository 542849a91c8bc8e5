// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.pickle;

import dev.sluice.core.CorruptDataException;
import dev.sluice.core.SluiceException;
import org.jspecify.annotations.Nullable;

/**
 * Turns Java values into pickles and back. Reads protocols 0 to 5 without buffers out of band, writes protocol 2. It
 * lacks classes of users on purpose: a pickle runs whatever it names, so only the types of this table are known. Safe
 * for any number of threads.
 *
 * <pre>
 *  Python                                  Java as read              Java as written
 *  None, bool, float, str                  null, Boolean, Double, String   the same, Float, Character
 *  int                                     Integer, Long, BigInteger by size   the same, Byte, Short
 *  bytes, bytearray                        byte[]                    byte[] (as bytes)
 *  list, tuple                             ArrayList, Object[]       List, Object[]
 *  dict, collections.OrderedDict           LinkedHashMap             Map (as dict)
 *  set, frozenset                          LinkedHashSet             Set (as set)
 *  decimal.Decimal                         BigDecimal                BigDecimal
 *  datetime.date, time, datetime           LocalDate, LocalTime, LocalDateTime   the same
 *  time and datetime with a fixed offset   OffsetTime, OffsetDateTime   the same
 *  datetime.timedelta                      Duration                  Duration (to the microsecond)
 * </pre>
 *
 * A tuple and bytes are arrays, hence compare by identity: as keys of a map they can be listed and not looked up.
 */
public interface PickleCodec {
    /**
     * Writes a pickle.
     *
     * @param value a value of the table, or a container of such
     * @return the pickle
     * @throws SluiceException if a type is not in the table, containers are nested too deep, or the pickle gets longer
     *     than the codec's limit
     */
    byte[] dumps(@Nullable Object value);

    /**
     * Reads a pickle.
     *
     * @param pickle one whole pickle and nothing after it
     * @return its value
     * @throws CorruptDataException if it is not a pickle, is longer than the codec's limit, needs more memory than
     *     sixteen times the limit, or names a class that is not in the table
     */
    @Nullable
    Object loads(byte[] pickle);

    /**
     * Makes a codec.
     *
     * @param maxBytes the longest pickle in bytes that it reads or writes
     * @return the codec
     */
    static PickleCodec bounded(int maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("limit below 1: maxBytes=" + maxBytes);
        }
        return new GuardedCodec(maxBytes);
    }
}
