// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Fails a test that leaves a process, a descriptor or a thread of ours behind. */
public class Census implements BeforeEachCallback, AfterEachCallback {
    private List<String> before = List.of();

    @Override
    public void beforeEach(ExtensionContext context) {
        warmUp();
        before = take();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Awaitility.await("census")
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(left()).isEmpty());
    }

    /** What is there beyond what was; the JDK still closes pipes of an earlier test's processes when a test begins. */
    private List<String> left() {
        List<String> now = take();
        before.forEach(now::remove);
        return now;
    }

    /** What the JDK's sockets or a logger open once and keep is not a leak. */
    protected void warmUp() {
        LoggerFactory.getLogger(Census.class).debug("census");
        try {
            ServerSocketChannel.open(StandardProtocolFamily.UNIX).close();
            Selector.open().close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Lists descriptors, descendants and threads of ours, in order. */
    public static List<String> take() {
        List<String> found = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            descriptors.map(Census::target).filter(Census::isOurs).forEach(found::add);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        ProcessHandle.current().descendants().forEach(child -> found.add("process " + child.pid()));
        Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("sluice"))
                .forEach(found::add);
        Collections.sort(found);
        return found;
    }

    private static String target(Path link) {
        try {
            // The number of a socket or pipe says nothing, and the JDK makes new ones when it likes.
            return Files.readSymbolicLink(link).toString().replaceFirst(":\\[\\d+]$", "");
        } catch (IOException e) {
            return ""; // the listing's own descriptor
        }
    }

    /** The JVM opens jars and libraries when it likes; our kinds are the others. */
    private static boolean isOurs(String target) {
        return (!target.startsWith("/") && !target.isEmpty())
                || target.contains("deleted")
                || target.contains("/sluice-");
    }
}
