// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.core.Messages;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Compares the schema of a stream with the one that its reader was promised. Names of columns and of members of structs
 * count; those of the children of lists and maps do not, since each library gives its own.
 */
final class SchemaMatch {
    private final Map<Long, Long> dictionaries = new HashMap<>();
    private @Nullable String problem;

    /** Compares schemas, with value types where columns have dictionaries. */
    SchemaMatch(Schema expected, Schema got) {
        fields(expected.getFields(), got.getFields(), "", true, false);
    }

    /** Returns what differs, or null. */
    @Nullable
    String problem() {
        return problem;
    }

    /** Returns the reader's id of each of the stream's dictionaries. */
    Map<Long, Long> dictionaries() {
        return dictionaries;
    }

    private void fields(List<Field> expected, List<Field> got, String path, boolean names, boolean entries) {
        if (problem != null) {
            return;
        }
        if (expected.size() != got.size() || (names && !names(expected).equals(names(got)))) {
            problem = "columns differ: " + (path.isEmpty() ? "" : "column=" + Messages.quote(path) + " ") + "got="
                    + names(got) + " expected=" + names(expected);
            return;
        }
        for (int i = 0; i < expected.size(); i++) {
            String below = path.isEmpty()
                    ? SchemaRules.name(expected.get(i))
                    : path + "." + names(expected).get(i);
            field(expected.get(i), got.get(i), below, entries);
        }
    }

    private static List<String> names(List<Field> fields) {
        return fields.stream().map(SchemaRules::name).toList();
    }

    private void field(Field expected, Field got, String path, boolean entries) {
        DictionaryEncoding encoding = expected.getDictionary();
        DictionaryEncoding other = got.getDictionary();
        ArrowType type = SchemaRules.storage(expected.getType());
        boolean same = type.equals(SchemaRules.storage(got.getType())) && Objects.equals(index(encoding), index(other));
        if (!same && problem == null) {
            problem = "types differ: column=" + Messages.quote(path) + " got=" + text(got) + " expected="
                    + text(expected);
        }
        if (encoding != null && other != null) {
            dictionaries.put(other.getId(), encoding.getId());
        }
        boolean named = type instanceof ArrowType.Struct && !entries;
        fields(expected.getChildren(), got.getChildren(), path, named, type instanceof ArrowType.Map);
    }

    private static ArrowType.@Nullable Int index(@Nullable DictionaryEncoding encoding) {
        return encoding == null ? null : encoding.getIndexType();
    }

    private static String text(Field field) {
        DictionaryEncoding encoding = field.getDictionary();
        return encoding == null
                ? field.getType().toString()
                : "dictionary of " + field.getType() + " by " + encoding.getIndexType();
    }
}
