// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.core.json.JsonObject;
import dev.sluice.engine.Event;
import dev.sluice.engine.PlanNode;
import dev.sluice.worker.TaskMetrics;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events as JSON and back. An event's members are its record's, by name; pickled accumulator updates are left out. Only
 * the kinds of {@link Event} can come of it, whatever the JSON says.
 */
final class EventJson {
    private static final Map<String, Kind> KINDS = kinds();

    /** Each call of {@code getRecordComponents} makes them anew, which costs more than to read a record. */
    private static final ClassValue<Method[]> ACCESSORS = new ClassValue<>() {
        @Override
        protected Method[] computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getAccessor)
                    .toArray(Method[]::new);
        }
    };

    private EventJson() {}

    private record Kind(Constructor<?> constructor, RecordComponent[] components) {}

    private static Map<String, Kind> kinds() {
        Map<String, Kind> kinds = new LinkedHashMap<>();
        for (Class<?> type : Event.class.getPermittedSubclasses()) {
            kinds.put(type.getSimpleName(), kind(type));
        }
        return kinds;
    }

    private static Kind kind(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = components[i].getType();
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return new Kind(constructor, components);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("a record without its constructor: " + type, e);
        }
    }

    static Map<String, @Nullable Object> write(Event event, long time) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("time", time);
        members.put("event", event.getClass().getSimpleName());
        members.putAll(members((Record) event));
        return members;
    }

    private static Map<String, @Nullable Object> members(Record record) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (Method accessor : ACCESSORS.get(record.getClass())) {
            try {
                Object value = accessor.invoke(record);
                if (!(value instanceof byte[])) {
                    members.put(accessor.getName(), plain(value));
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("a record that cannot be read: " + record.getClass(), e);
            }
        }
        return members;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Enum<?> constant) {
            return constant.name();
        } else if (value instanceof Record record) {
            return members(record);
        } else if (value instanceof List<?> list) {
            List<@Nullable Object> items = new ArrayList<>();
            list.forEach(item -> items.add(plain(item)));
            return items;
        }
        return value;
    }

    /** Returns the event; null for a kind that is not known here, as a later version may write it. */
    static @Nullable Event read(JsonObject json) {
        Kind kind = KINDS.get(json.text("event"));
        return kind == null ? null : (Event) make(kind, json);
    }

    private static Object make(Kind kind, JsonObject json) {
        Object[] values = new Object[kind.components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(kind.components[i], json);
        }
        try {
            return kind.constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record that cannot be made: " + kind.constructor, e);
        }
    }

    private static Object value(RecordComponent component, JsonObject json) {
        String name = component.getName();
        Class<?> type = component.getType();
        if (type == long.class) {
            return json.number(name, 0);
        } else if (type == int.class) {
            return json.has(name) ? json.integer(name) : 0;
        } else if (type == boolean.class) {
            return json.flag(name);
        } else if (type == String.class) {
            return json.text(name, "");
        } else if (type == Map.class) {
            return json.textMap(name);
        } else if (type == Event.Outcome.class) {
            return Event.Outcome.valueOf(json.text(name));
        } else if (type == TaskMetrics.class) {
            return make(kind(TaskMetrics.class), json.object(name));
        } else if (type == List.class) {
            return json.objects(name).stream()
                    .map(node -> new PlanNode(
                            node.number("id"),
                            node.text("kind", ""),
                            node.text("label", ""),
                            (int) node.number("partitions", 0),
                            node.numbers("inputs")))
                    .toList();
        }
        return new byte[0];
    }
}
