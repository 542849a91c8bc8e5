// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.json;

import dev.sluice.core.ProtocolException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A parsed JSON object with typed access; a member that is missing or of another type is a {@link ProtocolException}
 * that names it.
 *
 * @param members the members in their order
 */
public record JsonObject(Map<String, @Nullable Object> members) {
    /**
     * Tells whether a member is there and not null.
     *
     * @param name its name
     * @return true if so
     */
    public boolean has(String name) {
        return members.get(name) != null;
    }

    /**
     * Returns a string.
     *
     * @param name the member's name
     * @return its value
     */
    public String text(String name) {
        return get(name, String.class);
    }

    /**
     * Returns a string, or another if the member is missing.
     *
     * @param name the member's name
     * @param otherwise what to return if it is missing
     * @return its value
     */
    public String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }

    /**
     * Returns a whole number.
     *
     * @param name the member's name
     * @return its value
     */
    public long number(String name) {
        return get(name, Long.class);
    }

    /**
     * Returns a whole number, or another if the member is missing.
     *
     * @param name the member's name
     * @param otherwise what to return if it is missing
     * @return its value
     */
    public long number(String name, long otherwise) {
        return has(name) ? number(name) : otherwise;
    }

    /**
     * Returns a whole number that fits an int.
     *
     * @param name the member's name
     * @return its value
     */
    public int integer(String name) {
        long value = number(name);
        if (value != (int) value) {
            throw new ProtocolException("JSON member out of range: name=" + name + " value=" + value);
        }
        return (int) value;
    }

    /**
     * Returns a boolean; false if the member is missing.
     *
     * @param name the member's name
     * @return its value
     */
    public boolean flag(String name) {
        return has(name) && get(name, Boolean.class);
    }

    /**
     * Returns an object.
     *
     * @param name the member's name
     * @return its value; empty if it is missing
     */
    @SuppressWarnings("unchecked")
    public JsonObject object(String name) {
        return new JsonObject(has(name) ? (Map<String, @Nullable Object>) get(name, Map.class) : new LinkedHashMap<>());
    }

    /**
     * Returns a list.
     *
     * @param name the member's name
     * @return its items as they are; empty if it is missing
     */
    public List<?> list(String name) {
        return has(name) ? get(name, List.class) : List.of();
    }

    /**
     * Returns a list of strings.
     *
     * @param name the member's name
     * @return its items; empty if it is missing
     */
    public List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (Object item : list(name)) {
            texts.add(check(name, item, String.class));
        }
        return texts;
    }

    /**
     * Returns a list of whole numbers.
     *
     * @param name the member's name
     * @return its items; empty if it is missing
     */
    public List<Long> numbers(String name) {
        List<Long> numbers = new ArrayList<>();
        for (Object item : list(name)) {
            numbers.add(check(name, item, Long.class));
        }
        return numbers;
    }

    /**
     * Returns a list of objects.
     *
     * @param name the member's name
     * @return its items; empty if it is missing
     */
    @SuppressWarnings("unchecked")
    public List<JsonObject> objects(String name) {
        List<JsonObject> objects = new ArrayList<>();
        for (Object item : list(name)) {
            objects.add(new JsonObject((Map<String, @Nullable Object>) check(name, item, Map.class)));
        }
        return objects;
    }

    /**
     * Returns an object whose members are all strings.
     *
     * @param name the member's name
     * @return its members; empty if it is missing
     */
    public Map<String, String> textMap(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        object(name).members().forEach((key, value) -> texts.put(key, check(name + "." + key, value, String.class)));
        return texts;
    }

    private <T> T get(String name, Class<T> type) {
        return check(name, members.get(name), type);
    }

    private static <T> T check(String name, @Nullable Object value, Class<T> type) {
        if (!type.isInstance(value)) {
            throw new ProtocolException("wrong JSON member: name=" + name + " expected=" + type.getSimpleName()
                    + " got=" + (value == null ? "nothing" : value.getClass().getSimpleName()));
        }
        return type.cast(value);
    }
}
