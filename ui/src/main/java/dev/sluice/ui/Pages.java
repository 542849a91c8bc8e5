// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.watch.OutputFilter;
import dev.sluice.engine.watch.Program;
import dev.sluice.engine.watch.ProgramInfo;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Answers requests that {@link Access} lets pass. */
final class Pages {
    private final Programs programs;
    private final String form;
    private final Metrics metrics;

    Pages(Programs programs, String form) {
        this.programs = programs;
        this.form = form;
        this.metrics = new Metrics(programs);
    }

    Response answer(Request request) {
        List<String> path = List.of(request.path().replaceFirst("^/", "").split("/", -1));
        if (path.get(0).equals("api")) {
            return api(request, path.subList(1, path.size()));
        }
        if (request.method().equals("POST")) {
            return kill(path, false);
        }
        if (!request.reads()) {
            return wrongMethod("GET, HEAD");
        }
        return switch (path.get(0)) {
            case "" -> first(path);
            case "static" -> Assets.answer(path);
            case "metrics" -> path.size() == 1 ? metrics.answer(request) : notFound(null);
            case "programs" -> program(request, path);
            default -> notFound(null);
        };
    }

    private Response first(List<String> path) {
        if (path.size() != 1) {
            return notFound(null);
        }
        Html main = ProgramsPage.main(programs, Links.pages(), System.currentTimeMillis() * 1_000_000);
        return Response.html(200, Layout.page("Programs", null, "", "/live", "/", main));
    }

    private Response program(Request request, List<String> path) {
        Program program = path.size() < 2 ? null : programs.get(path.get(1));
        if (program == null) {
            return path.size() < 2 || (path.size() == 2 && path.get(1).isEmpty())
                    ? Response.redirect("/")
                    : notFound(null);
        }
        View view = View.of(program, form);
        ProgramInfo info = program.info();
        List<String> rest = path.subList(2, path.size());
        Html main = rest.isEmpty() || rest.equals(List.of(""))
                ? JobPages.program(view, request.page())
                : part(view, request, rest);
        if (main == null) {
            return notFound(info);
        }
        String current = rest.isEmpty() ? "" : rest.get(0);
        String title = (current.isEmpty()
                        ? "Jobs"
                        : current.substring(0, 1).toUpperCase(Locale.ROOT)
                                + current.substring(1)
                                + (rest.size() > 1 ? " " + rest.get(1) : ""))
                + " – " + info.name();
        String live = info.ended() == 0 ? "/live?program=" + Links.encode(info.id()) : "";
        return Response.html(200, Layout.page(title, info, current, live, self(request), main));
    }

    /** The address of the page itself, of what it looks at alone. */
    private static String self(Request request) {
        StringBuilder self =
                new StringBuilder("/").append(Links.encodePath(request.path().substring(1)));
        char join = '?';
        for (String name : List.of("page", "order", "worker", "stage", "partition")) {
            String value = request.query().get(name);
            if (value != null) {
                self.append(join).append(name).append('=').append(Links.encode(value));
                join = '&';
            }
        }
        return self.toString();
    }

    private @Nullable Html part(View view, Request request, List<String> rest) {
        if (rest.size() == 2) {
            long number = number(rest.get(1));
            return switch (rest.get(0)) {
                case "jobs" ->
                    view.history()
                            .jobView(number)
                            .map(job -> JobPages.job(view, job))
                            .orElse(null);
                case "stages" ->
                    number > Integer.MAX_VALUE
                            ? null
                            : view.history()
                                    .stageView((int) number)
                                    .map(stage -> StagePages.stage(
                                            view,
                                            stage,
                                            view.history().tasks(stage.stage()),
                                            request.page(),
                                            request.query().getOrDefault("order", "")))
                                    .orElse(null);
                default -> null;
            };
        }
        if (rest.size() != 1) {
            return null;
        }
        return switch (rest.get(0)) {
            case "workers" -> StatePages.workers(view);
            case "storage" -> StatePages.storage(view);
            case "settings" -> StatePages.settings(view);
            case "logs" -> StatePages.logs(view, filter(request));
            default -> null;
        };
    }

    static OutputFilter filter(Request request) {
        return new OutputFilter(
                request.number("worker", -1), request.number("stage", -1), request.number("partition", -1));
    }

    /** A number in an address; -1 if it is none. */
    static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    }

    /** Kills a job or a program: {@code programs/ID/kill}, {@code programs/ID/jobs/N/kill}. */
    private Response kill(List<String> path, boolean api) {
        BiFunction<Integer, String, Response> say = (status, text) -> api
                ? Response.json(status, java.util.Map.of(status < 400 ? "message" : "error", text))
                : Response.html(status, Layout.message(null, status < 400 ? "Killed" : "Not killed", text));
        boolean whole = path.size() == 3 && path.get(2).equals("kill");
        boolean job =
                path.size() == 5 && path.get(2).equals("jobs") && path.get(4).equals("kill");
        if (!path.get(0).equals("programs") || !(whole || job)) {
            return path.size() == 1 || !path.get(0).equals("programs") ? wrongMethod("GET, HEAD") : notFoundOr(api);
        }
        Program program = programs.get(path.get(1));
        long number = job ? number(path.get(3)) : -1;
        if (program == null || (job && number < 0)) {
            return notFoundOr(api);
        }
        if (!program.kill(number, "it was killed from the web pages")) {
            return say.apply(409, job ? "The job has ended, or cannot be killed." : "The program cannot be killed.");
        }
        return api
                ? say.apply(202, "killed")
                : Response.redirect(Links.pages().to(path.get(1), job ? "jobs/" + number : ""));
    }

    private static Response notFoundOr(boolean api) {
        return api ? Response.json(404, java.util.Map.of("error", "not found")) : notFound(null);
    }

    private Response api(Request request, List<String> path) {
        if (path.isEmpty() || !path.get(0).equals("v1")) {
            return notFoundOr(true);
        }
        List<String> rest = path.subList(1, path.size());
        if (request.method().equals("POST")) {
            return rest.isEmpty() ? wrongMethod("GET, HEAD") : kill(rest, true);
        }
        return request.reads() ? Api.answer(programs, request, rest) : wrongMethod("GET, HEAD, POST");
    }

    private static Response wrongMethod(String allowed) {
        return Response.text(405, "this can be asked for by " + allowed + " only\n")
                .with("allow", allowed);
    }

    private static Response notFound(@Nullable ProgramInfo program) {
        return Response.html(
                404,
                Layout.message(
                        program, "Not found", "There is no such page, or what it was about is not kept any more."));
    }
}
