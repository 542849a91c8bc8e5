// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.core.CorruptDataException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Makes a schema of a message that others wrote. Tables of a flatbuffer may point at each other, in circles too: what is
 * made of a message is never more than the message could hold if each part were there once. Names of extension types stay
 * what they are, metadata: no class is looked up for them.
 */
final class SchemaDecoder {
    /** The fewest bytes that a table takes: an offset to it, its own to its layout, and one field. */
    private static final int TABLE_BYTES = 12;

    private long budget;

    private SchemaDecoder(long bytes) {
        this.budget = bytes;
    }

    /**
     * Decodes a schema.
     *
     * @param schema the message's table
     * @param bytes the message's length
     * @throws RuntimeException of several kinds, if the message is malformed
     */
    static Schema decode(org.apache.arrow.flatbuf.Schema schema, long bytes) {
        if (schema.endianness() != Endianness.Little) {
            throw new CorruptDataException(
                    "data of big-endian machines is not read: endianness=" + schema.endianness());
        }
        SchemaDecoder decoder = new SchemaDecoder(bytes);
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < schema.fieldsLength(); i++) {
            fields.add(decoder.field(schema.fields(i), 1));
        }
        Map<String, String> metadata = new HashMap<>();
        for (int i = 0; i < schema.customMetadataLength(); i++) {
            decoder.entry(schema.customMetadata(i), metadata);
        }
        Schema decoded = new Schema(fields, metadata);
        String problem = SchemaRules.problem(decoded);
        if (problem != null) {
            throw new CorruptDataException(problem);
        }
        return decoded;
    }

    private void spend(long bytes) {
        budget -= bytes;
        if (budget < 0) {
            throw new CorruptDataException("a schema names more than its message can hold");
        }
    }

    private Field field(org.apache.arrow.flatbuf.Field field, int depth) {
        spend(TABLE_BYTES);
        if (depth > SchemaRules.MAX_DEPTH) {
            throw new CorruptDataException("a schema is nested too deep: limit=" + SchemaRules.MAX_DEPTH);
        }
        String name = text(field.name());
        if (field.typeType() == Type.Union || field.typeType() == Type.NONE || field.typeType() > Type.LargeListView) {
            // Arrow's reader would make an array as long as a union says it is.
            throw new CorruptDataException("type does not cross: column=" + dev.sluice.core.Messages.quote(name)
                    + " type=" + (field.typeType() == Type.Union ? "Union" : field.typeType()));
        }
        ArrowType type = ArrowType.getTypeForField(field);
        if (type instanceof ArrowType.Timestamp timestamp) {
            text(timestamp.getTimezone());
        }
        Map<String, String> metadata = new HashMap<>();
        for (int i = 0; i < field.customMetadataLength(); i++) {
            entry(field.customMetadata(i), metadata);
        }
        List<Field> children = new ArrayList<>();
        for (int i = 0; i < field.childrenLength(); i++) {
            children.add(field(field.children(i), depth + 1));
        }
        return new Field(
                name, new FieldType(field.nullable(), type, dictionary(field.dictionary()), metadata), children);
    }

    private static @Nullable DictionaryEncoding dictionary(
            org.apache.arrow.flatbuf.@Nullable DictionaryEncoding found) {
        if (found == null) {
            return null;
        }
        org.apache.arrow.flatbuf.Int index = found.indexType();
        ArrowType.Int type =
                index == null ? new ArrowType.Int(32, true) : new ArrowType.Int(index.bitWidth(), index.isSigned());
        switch (type.getBitWidth()) {
            case 8, 16, 32, 64 -> {}
            default -> throw new CorruptDataException("a dictionary has no such indices: bits=" + type.getBitWidth());
        }
        return new DictionaryEncoding(found.id(), found.isOrdered(), type);
    }

    private void entry(KeyValue entry, Map<String, String> into) {
        spend(TABLE_BYTES);
        into.put(text(entry.key()), text(entry.value()));
    }

    private String text(@Nullable String text) {
        if (text == null) {
            return "";
        }
        spend(text.length());
        return text;
    }
}
