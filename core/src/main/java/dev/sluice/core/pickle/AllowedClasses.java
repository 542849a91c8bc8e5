// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.pickle;

import dev.sluice.core.CorruptDataException;
import dev.sluice.core.Messages;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.IObjectConstructor;

/**
 * The classes and functions that a pickle may name, each with what is made in its place. The library's own list is
 * global to the process and anyone may add to it, so it is not consulted.
 */
final class AllowedClasses {
    /** Longer numerals take quadratic time to parse; Python has the same limit for the same reason. */
    static final int MAX_DIGITS = 4300;

    private static final Map<String, IObjectConstructor> ALLOWED = allowed();

    private AllowedClasses() {}

    static IObjectConstructor find(String module, String name, int offset) {
        IObjectConstructor constructor = ALLOWED.get(module + "." + name);
        if (constructor == null) {
            throw new CorruptDataException("pickle names a class that is not allowed: class="
                    + Messages.quote(module + "." + name) + ", offset=" + offset + "; send it as builtin types");
        }
        return constructor;
    }

    private static Map<String, IObjectConstructor> allowed() {
        Map<String, IObjectConstructor> table = new LinkedHashMap<>();
        for (String builtins : List.of("builtins", "__builtin__")) {
            table.put(builtins + ".set", AllowedClasses::set);
            table.put(builtins + ".frozenset", AllowedClasses::set);
            table.put(builtins + ".bytes", AllowedClasses::bytes);
            table.put(builtins + ".bytearray", AllowedClasses::bytes);
        }
        table.put("_codecs.encode", AllowedClasses::bytes);
        table.put("collections.OrderedDict", AllowedClasses::orderedDict);
        table.put("decimal.Decimal", AllowedClasses::decimal);
        table.put("datetime.datetime", PythonDates::datetime);
        table.put("datetime.date", PythonDates::date);
        table.put("datetime.time", PythonDates::time);
        table.put("datetime.timedelta", PythonDates::timedelta);
        table.put("datetime.timezone", PythonDates::timezone);
        return Map.copyOf(table);
    }

    private static Object set(Object[] args) {
        LinkedHashSet<Object> set = new LinkedHashSet<>();
        if (args.length > 0) {
            Hashable.requireAll((List<?>) args[0]);
            set.addAll((List<?>) args[0]);
        }
        return set;
    }

    /** {@code bytes()}, {@code bytearray(b'...')}, and text in Latin-1, as protocols below 3 say both. */
    private static Object bytes(Object[] args) {
        if (args.length == 0) {
            return new byte[0];
        }
        if (args.length == 1 && args[0] instanceof byte[] bytes) {
            return bytes.clone();
        }
        if (args.length == 2 && args[0] instanceof String text && isLatin1(args[1])) {
            if (!StandardCharsets.ISO_8859_1.newEncoder().canEncode(text)) {
                throw new IllegalArgumentException("bytes from text that is not Latin-1");
            }
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }
        throw new IllegalArgumentException("bytes from something else than bytes or Latin-1 text");
    }

    private static boolean isLatin1(Object encoding) {
        return "latin1".equals(encoding) || "latin-1".equals(encoding);
    }

    private static Object orderedDict(Object[] args) {
        Map<Object, Object> map = new LinkedHashMap<>();
        if (args.length > 0) {
            for (Object item : (List<?>) args[0]) {
                List<?> pair = (List<?>) item;
                Hashable.require(pair.get(0));
                map.put(pair.get(0), pair.get(1));
            }
        }
        return map;
    }

    private static Object decimal(Object[] args) {
        String text = (String) args[0];
        if (args.length != 1 || text.length() > MAX_DIGITS) {
            throw new IllegalArgumentException("decimal has more than " + MAX_DIGITS + " digits");
        }
        return new BigDecimal(text);
    }
}
