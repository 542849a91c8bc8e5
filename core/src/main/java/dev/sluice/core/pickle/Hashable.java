// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.pickle;

import dev.sluice.core.CorruptDataException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What may be a key or a member of a set. Java hashes containers by content and remembers nothing, so that sets nested
 * into each other take exponential time, and a list within itself never ends; Python never writes the latter.
 */
final class Hashable {
    private Hashable() {}

    static void requireAll(List<?> keys) {
        keys.forEach(Hashable::require);
    }

    static void require(@Nullable Object key) {
        if (key instanceof List || key instanceof Map) {
            throw refused();
        }
        if (key instanceof Set<?> members) {
            for (Object member : members) {
                if (member instanceof Set) {
                    throw refused();
                }
            }
        }
    }

    private static CorruptDataException refused() {
        return new CorruptDataException("pickle has a key or a member of a set that is a list, a dict, or a set that"
                + " holds sets; send it as tuples");
    }
}
