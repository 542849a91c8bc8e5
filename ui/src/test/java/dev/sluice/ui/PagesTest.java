// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.json.Json;
import dev.sluice.core.json.JsonObject;
import dev.sluice.engine.Event;
import dev.sluice.engine.watch.JobHistory;
import dev.sluice.engine.watch.WebUi;
import dev.sluice.engine.watch.WebUiOptions;
import dev.sluice.worker.TaskMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class PagesTest {
    static final List<String> ROUTES = List.of(
            "/",
            "/programs/p1",
            "/programs/p1/jobs/1",
            "/programs/p1/stages/1",
            "/programs/p1/workers",
            "/programs/p1/storage",
            "/programs/p1/settings",
            "/programs/p1/logs",
            "/programs/p1/kill",
            "/programs/p1/jobs/1/kill",
            "/api/v1/programs",
            "/api/v1/programs/p1",
            "/api/v1/programs/p1/jobs",
            "/api/v1/programs/p1/jobs/1",
            "/api/v1/programs/p1/stages/1",
            "/api/v1/programs/p1/stages/1/tasks",
            "/api/v1/programs/p1/workers",
            "/api/v1/programs/p1/broadcasts",
            "/api/v1/programs/p1/state",
            "/api/v1/programs/p1/logs",
            "/api/v1/programs/p1/kill",
            "/metrics",
            "/live",
            "/static/sluice.css",
            "/static/htmx.min.js",
            "/nothing/here");

    static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW");

    private final TestProgram program = new TestProgram("p1", TestProgram.HOSTILE).withJob(1, false);
    private WebUi ui;
    private Browser browser;

    @BeforeEach
    void start() throws IOException {
        ui = WebUi.start(new WebUiOptions(0, ""));
        ui.add(program);
        browser = new Browser(ui.url());
    }

    @AfterEach
    void stop() {
        ui.close();
    }

    private String form() throws IOException {
        String page = browser.get("/programs/p1").body();
        return page.replaceFirst("(?s).*name=\"token\" value=\"([0-9a-f]+)\".*", "$1");
    }

    private String cookie() throws IOException {
        Browser.Answer answer = browser.ask("GET", "/?token=" + browser.token, List.of("Host: " + browser.host()), "");
        assertThat(answer.status()).isEqualTo(303);
        return answer.header("set-cookie").split(";", 2)[0];
    }

    @ParameterizedTest
    @FieldSource("ROUTES")
    void nothingIsAnsweredWithoutTheToken(String route) throws IOException {
        for (String method : METHODS) {
            List<String> host = List.of("Host: " + browser.host());
            assertThat(browser.ask(method, route, host, "").status()).as(method).isEqualTo(403);
            for (String header : List.of(
                    "Authorization: Bearer " + "0".repeat(48),
                    "Authorization: Bearer",
                    "Authorization: Basic " + browser.token,
                    "Cookie: sluice-" + browser.port + "=" + browser.token,
                    "Cookie: sluice-" + browser.port + "=")) {
                List<String> both = List.of("Host: " + browser.host(), header);
                assertThat(browser.ask(method, route + "?token=wrong", both, "").status())
                        .as("%s %s", method, header)
                        .isEqualTo(403);
            }
        }
        assertThat(program.killed).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("ROUTES")
    void nothingIsAnsweredForAnotherHost(String route) throws IOException {
        for (String method : METHODS) {
            for (String host : List.of(
                    "Host: evil.example",
                    "Host: evil.example:" + browser.port,
                    "Host: 127.0.0.1",
                    "Host: 127.0.0.1:" + browser.port + ".evil.example",
                    "Host: ",
                    "X-Forwarded-Host: " + browser.host())) {
                List<String> headers = List.of(host, "Authorization: Bearer " + browser.token);
                assertThat(browser.ask(method, route, headers, "").status())
                        .as("%s %s", method, host)
                        .isEqualTo(403);
            }
        }
        assertThat(program.killed).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("ROUTES")
    void onlyWhatIsMeantIsAnswered(String route) throws IOException {
        boolean kill = route.endsWith("kill");
        for (String method : METHODS) {
            if (route.equals("/live") && method.equals("GET")) {
                continue;
            }
            boolean reads = method.equals("GET") || method.equals("HEAD");
            Browser.Answer answer = browser.ask(
                    method, route, List.of("Host: " + browser.host(), "Authorization: Bearer " + browser.token), "");
            boolean fine =
                    kill ? method.equals("POST") : reads && !route.equals("/nothing/here") && !route.equals("/live");
            assertThat(answer.status() < 400).as("%s: %s", method, answer).isEqualTo(fine);
            assertThat(answer.status()).as(method).isIn(200, 202, 303, 404, 405);
            assertThat(answer.header("content-security-policy"))
                    .isEqualTo(PagesHandler.POLICY)
                    .doesNotContain("unsafe");
            assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
            if (method.equals("HEAD")) {
                assertThat(answer.body()).isEmpty();
            }
        }
    }

    @Test
    void aLinkWithTheTokenSetsACookieAndDropsTheToken() throws IOException {
        List<String> host = List.of("Host: localhost:" + browser.port);
        Browser.Answer first = browser.ask("GET", "//evil.example/programs/p1?page=2&token=" + browser.token, host, "");
        assertThat(first.status()).isEqualTo(303);
        assertThat(first.header("location")).isEqualTo("/evil.example/programs/p1?page=2");
        assertThat(first.header("set-cookie"))
                .contains("HttpOnly", "SameSite=Lax", "Path=/")
                .doesNotContain(browser.token);
        List<String> with = List.of("Host: " + browser.host(), "Cookie: other=1; " + cookie());
        assertThat(browser.ask("GET", "/programs/p1", with, "").status()).isEqualTo(200);
    }

    @Test
    void aFormNeedsItsSecretAndItsOrigin() throws IOException {
        String cookie = "Cookie: " + cookie();
        String host = "Host: " + browser.host();
        String type = "Content-Type: application/x-www-form-urlencoded";
        String path = "/programs/p1/jobs/1/kill";
        String form = form();
        for (List<String> headers : List.of(
                List.of(host, cookie, type, "Origin: http://evil.example"),
                List.of(host, cookie, type, "Origin: null"),
                List.of(host, cookie, type, "Origin: http://127.0.0.1:1"),
                List.of(host, cookie, type, "Sec-Fetch-Site: cross-site"),
                List.of(host, cookie, type, "Sec-Fetch-Site: same-site"),
                List.of(host, cookie, "Content-Type: text/plain"))) {
            assertThat(browser.ask("POST", path, headers, "token=" + form).status())
                    .as("%s", headers)
                    .isEqualTo(403);
        }
        for (String body : List.of("", "token=", "token=" + browser.token, "token=" + "0".repeat(form.length()))) {
            assertThat(browser.ask("POST", path, List.of(host, cookie, type), body)
                            .status())
                    .isEqualTo(403);
        }
        assertThat(program.killed).isEmpty();
        List<String> own = List.of(host, cookie, type, "Origin: http://" + browser.host());
        assertThat(browser.ask("POST", path, own, "token=" + form).status()).isEqualTo(303);
        assertThat(browser.ask("POST", "/programs/p1/kill", own, "token=" + form)
                        .status())
                .isEqualTo(303);
        assertThat(program.killed).containsExactly(1L, -1L);
        assertThat(browser.ask("POST", path, own, "token=" + form + "&x=" + "y".repeat(20_000))
                        .status())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @FieldSource("ROUTES")
    void hostileTextsStayTexts(String route) throws IOException {
        if ((!route.startsWith("/programs") && !route.equals("/")) || route.endsWith("kill")) {
            return;
        }
        String body = browser.get(route).body();
        assertThat(body)
                .contains("&lt;script&gt;alert(&#39;x&#39;)")
                .doesNotContain("<script>")
                .doesNotContain("alert('x')")
                .doesNotContain("\u202e")
                .doesNotContain(" style=")
                .doesNotContain(" onclick");
    }

    @Test
    void pagesTellWhatHappened() throws IOException {
        assertThat(browser.get("/programs/p1/stages/1").body())
                .contains("1 of 3", "user code", "4242", "Timeline", "class=\"error\"");
        assertThat(browser.get("/programs/p1/jobs/1").body()).contains("class=\"plan\"", "3 partitions", "stage 1");
        assertThat(browser.get("/programs/p1/workers").body())
                .contains("1 MiB", "512 KiB", "#7", "in executor 4711", "zygote of executor 4711");
        assertThat(browser.get("/programs/p1/storage").body()).contains("#5", "1 MiB", "once for all workers");
        assertThat(browser.get("/programs/p1/logs?partition=5").body()).contains("Nothing was printed");
        assertThat(browser.get("/programs/p1/stages/99999999999").status()).isEqualTo(404);
        assertThat(browser.get("/programs/p1/jobs/x").status()).isEqualTo(404);
        assertThat(browser.get("/programs/other").status()).isEqualTo(404);
        assertThat(browser.get("/%zz").status()).isEqualTo(400);
    }

    @Test
    void whatCannotBeSeenIsShown() {
        for (int hidden :
                new int[] {0x61c, 0x200b, 0x200e, 0x202e, 0x2060, 0x2064, 0x2069, 0xfeff, 0xe0041, 0x1b, 0x85}) {
            String shown =
                    new Html().text("a" + Character.toString(hidden) + "b").toString();
            assertThat(shown).as("%x", hidden).matches("a\ufffd+b");
        }
        String seen = "na\u00efve \u0645\u06cc\u200c\u062e \ud83d\udc69\u200d\ud83d\udd27";
        assertThat(new Html().text(seen).toString()).isEqualTo(seen);
    }

    @Test
    void theSameAsJson() throws IOException {
        JsonObject job = json("/api/v1/programs/p1/jobs/1");
        assertThat(job.text("description")).startsWith("<script>alert('x')");
        assertThat(job.objects("stages").get(0).number("succeeded")).isEqualTo(1);
        assertThat(json("/api/v1/programs")
                        .objects("running")
                        .get(0)
                        .object("totals")
                        .number("tasksFailed"))
                .isEqualTo(1);
        assertThat(browser.get("/api/v1/programs/p1/stages/1/tasks?size=1").body())
                .startsWith("[{\"partition\":");
        assertThat(browser.get("/api/v1/programs/p1/stages/7").header("content-type"))
                .isEqualTo("application/json");
    }

    @Test
    void processesAreMeasuredForThePageThatShowsThem() throws IOException {
        for (String page : List.of("", "/jobs/1", "/stages/1", "/storage", "/settings", "/logs")) {
            assertThat(browser.get("/programs/p1" + page).status()).isEqualTo(200);
        }
        assertThat(program.measured).hasValue(0);
        browser.get("/programs/p1/workers");
        assertThat(program.measured).hasValue(1);
    }

    private JsonObject json(String path) throws IOException {
        return Json.parse(browser.get(path).body().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void metricsAreReadByPrometheus() throws IOException {
        Browser.Answer answer = browser.get("/metrics");
        assertThat(answer.header("content-type")).startsWith("text/plain");
        assertThat(answer.body())
                .contains("# TYPE sluice_tasks_total counter")
                .containsPattern("sluice_tasks_total\\{name=\".*\",program=\"p1\",status=\"failed\"\\} 1.0")
                .containsPattern("sluice_task_time_seconds_total\\{.*part=\"user\".*\\} 4.0E-5");
        ui.add(new TestProgram("p2", TestProgram.HOSTILE));
        assertThat(browser.get("/metrics").body()).contains("sluice_running_programs 2.0");
        TaskMetrics wrong = new TaskMetrics(Long.MIN_VALUE, 0, -1, 0, 0, 0, 0);
        program.history.accept(
                new Event.TaskEnded(1, 1, 2, 0, 4242, Event.Outcome.SUCCEEDED, wrong, -1000, -5, new byte[0]));
        assertThat(browser.get("/metrics").status()).as("sums below 0").isEqualTo(200);
    }

    @Test
    void aPageFarBeyondTheLastIsEmpty() throws IOException {
        for (String path : List.of("/programs/p1", "/programs/p1/stages/1", "/api/v1/programs/p1/jobs")) {
            for (String page : List.of("45000000", "2147483647")) {
                assertThat(browser.get(path + "?size=1000&page=" + page).status())
                        .as("%s %s", path, page)
                        .isEqualTo(200);
            }
        }
        assertThat(browser.get("/api/v1/programs/p1/jobs?page=45000000").body()).isEqualTo("[]");
    }

    @Test
    void aPageHearsOfNews() throws IOException {
        String seen = browser.stream(
                "/live?program=p1", () -> program.history.accept(new Event.JobEnded(1, true, "")), "event: news");
        assertThat(seen).contains("text/event-stream").contains("event: news");
        seen = browser.stream("/live", () -> ui.add(new TestProgram("p2", "x")), "event: news");
        assertThat(seen).contains("event: news");
    }

    @Test
    void ofAHundredThousandTasksTheLatestAreKept() throws IOException {
        program.history.accept(new Event.JobStarted(2, java.util.Map.of()));
        program.history.accept(new Event.StageStarted(2, 2, 100_000, 3));
        for (int i = 0; i < 100_000; i++) {
            program.history.accept(new Event.TaskStarted(2, 2, i, 0, 4242));
            program.task(2, 2, i, Event.Outcome.SUCCEEDED);
        }
        assertThat(program.history.tasks(2)).hasSize(JobHistory.TASKS);
        assertThat(program.history.tasks(2).get(0).partition()).isEqualTo(99_999);
        assertThat(program.history.stageView(2).orElseThrow().succeeded()).isEqualTo(100_000);
        Browser.Answer page = browser.get("/programs/p1/stages/2?order=slowest&page=3");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains("100,000 of 100,000", "20,000 attempts of 100,000", "Page 4 of 200");
        assertThat(page.body().length()).isLessThan(1_000_000);
    }

    @Test
    void aProgramThatEndedLeavesALine() throws IOException {
        Runnable end = ui.add(new TestProgram("p2", "second program"));
        end.run();
        end.run();
        assertThat(browser.get("/programs/p2").status()).isEqualTo(404);
        assertThat(browser.get("/").body()).containsOnlyOnce("<td data-label=\"Program\">second program</td>");
    }

    @Test
    void silentConnectionsKeepNobodyOut() throws IOException {
        List<Socket> silent = new ArrayList<>();
        try {
            String seen = browser.stream(
                    "/live?program=p1",
                    () -> {
                        try {
                            for (int i = 0; i < PagesServer.CONNECTIONS + 50; i++) {
                                silent.add(new Socket(InetAddress.getLoopbackAddress(), browser.port));
                            }
                            assertThat(browser.get("/programs/p1").status()).isEqualTo(200);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        program.history.accept(new Event.JobEnded(1, true, ""));
                    },
                    "event: news");
            assertThat(seen).as("who has shown the token stays").contains("event: news");
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void aPortInUseIsNamed() {
        assertThatThrownBy(() -> WebUi.start(new WebUiOptions(browser.port, "")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("port=" + browser.port)
                .hasMessageContaining("sluice.ui.port");
    }
}
