// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.watch.Program;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The same data as the pages', as JSON. The members are those of the records of {@code dev.sluice.engine.watch}. */
final class Api {
    private static final int PAGE = 100;

    private Api() {}

    static Response answer(Programs programs, Request request, List<String> path) {
        if (path.isEmpty() || !path.get(0).equals("programs")) {
            return notFound();
        }
        if (path.size() == 1) {
            return Response.json(
                    200,
                    Map.of(
                            "running",
                                    programs.running().stream()
                                            .map(Api::program)
                                            .toList(),
                            "ended", plain(programs.ended())));
        }
        Program program = programs.get(path.get(1));
        if (program == null) {
            return notFound();
        }
        Optional<Object> found = part(program, request, path.subList(2, path.size()));
        return found.map(value -> Response.json(200, plain(value))).orElseGet(Api::notFound);
    }

    private static Map<String, @Nullable Object> program(Program program) {
        Map<String, @Nullable Object> described = new LinkedHashMap<>();
        described.put("info", plain(program.info()));
        described.put("totals", plain(program.history().totals()));
        return described;
    }

    private static Optional<Object> part(Program program, Request request, List<String> path) {
        int page = request.page();
        int size = Math.min(1000, Math.max(1, request.number("size", PAGE)));
        if (path.isEmpty()) {
            return Optional.of(program(program));
        }
        long number = path.size() > 1 ? Pages.number(path.get(1)) : -1;
        boolean one = path.size() == 1;
        return switch (path.get(0)) {
            case "jobs" ->
                one
                        ? Optional.of(program.history().jobViews(page * size, size))
                        : path.size() == 2
                                ? Optional.<Object>ofNullable(
                                        program.history().jobView(number).orElse(null))
                                : Optional.empty();
            case "stages" -> stage(program, number, path, page, size);
            case "workers" -> one ? Optional.of(program.history().workers()) : Optional.empty();
            case "broadcasts" -> one ? Optional.of(program.history().broadcasts()) : Optional.empty();
            case "state" -> one ? Optional.of(program.state()) : Optional.empty();
            case "logs" -> one ? Optional.of(program.output(Pages.filter(request))) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<Object> stage(Program program, long number, List<String> path, int page, int size) {
        if (number < 0 || number > Integer.MAX_VALUE || path.size() > 3) {
            return Optional.empty();
        }
        Optional<Object> stage = program.history().stageView((int) number).map(Object.class::cast);
        if (path.size() == 2) {
            return stage;
        }
        return path.get(2).equals("tasks") && stage.isPresent()
                ? Optional.of(program.history().tasks((int) number).stream()
                        .skip((long) page * size)
                        .limit(size)
                        .toList())
                : Optional.empty();
    }

    private static Response notFound() {
        return Response.json(404, Map.of("error", "not found"));
    }

    /** Records as maps, all the way down. */
    static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Record record) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                try {
                    members.put(
                            component.getName(), plain(component.getAccessor().invoke(record)));
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException("a record that cannot be read: " + record.getClass(), e);
                }
            }
            return members;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Api::plain).toList();
        }
        return value;
    }
}
