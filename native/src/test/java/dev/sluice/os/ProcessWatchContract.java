// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every implementation of ProcessWatch must do, with real processes. */
@ExtendWith(NativeCensus.class)
abstract class ProcessWatchContract {
    private final List<Process> children = new ArrayList<>();
    private final BlockingQueue<Long> ended = new LinkedBlockingQueue<>();

    abstract ProcessWatch start();

    @AfterEach
    void reap() throws InterruptedException {
        for (Process child : children) {
            child.destroyForcibly().waitFor();
        }
    }

    private long child() throws Exception {
        Process child = Children.sleep();
        children.add(child);
        return child.pid();
    }

    private void kill(long pid) {
        assertThat(Processes.signal(pid, Signal.KILL)).isTrue();
    }

    @Test
    void tellsEveryEndOnceInTheirOrder() throws Exception {
        try (ProcessWatch watch = start()) {
            List<Long> pids = List.of(child(), child(), child());
            pids.forEach(pid -> watch.watch(pid, () -> ended.add(pid)));
            for (int i : new int[] {1, 0, 2}) {
                kill(pids.get(i));
                assertThat(ended.poll(20, TimeUnit.SECONDS)).isEqualTo(pids.get(i));
            }
        }
        assertThat(ended).isEmpty();
    }

    @Test
    void tellsOfAProcessThatIsOverAlready() throws Exception {
        long gone = Children.ended().pid();
        try (ProcessWatch watch = start()) {
            watch.watch(gone, () -> ended.add(gone));
            assertThat(ended.poll(20, TimeUnit.SECONDS)).isEqualTo(gone);
        }
    }

    @Test
    void aClosedWatchingIsSilentAndOthersGoOn() throws Exception {
        try (ProcessWatch watch = start()) {
            long silent = child();
            long loud = child();
            ProcessWatch.Watching watching = watch.watch(silent, () -> ended.add(silent));
            watch.watch(loud, () -> ended.add(loud));
            watching.close();
            watching.close();
            kill(silent);
            kill(loud);
            assertThat(ended.poll(20, TimeUnit.SECONDS)).isEqualTo(loud);
        }
        assertThat(ended).isEmpty();
    }

    @Test
    void aCallbackThatThrowsOrAddsOrClosesDoesNoHarm() throws Exception {
        ProcessWatch watch = start();
        long first = child();
        long second = child();
        watch.watch(first, () -> {
            watch.watch(second, () -> {
                ended.add(second);
                watch.close();
            });
            kill(second);
            throw new IllegalStateException("on purpose");
        });
        kill(first);
        assertThat(ended.poll(20, TimeUnit.SECONDS)).isEqualTo(second);
        watch.close();
    }

    @Test
    void closeForgetsAll() throws Exception {
        ProcessWatch watch = start();
        long pid = child();
        ProcessWatch.Watching watching = watch.watch(pid, () -> ended.add(pid));
        watch.close();
        watch.close();
        watching.close();
        kill(pid);
        assertThatThrownBy(() -> watch.watch(pid, () -> ended.add(pid)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("pid=" + pid);
        assertThat(ended).isEmpty();
    }

    @Test
    void manyComeAndGo() throws Exception {
        try (ProcessWatch watch = start()) {
            for (int round = 0; round < 20; round++) {
                List<Long> pids = List.of(child(), child(), child(), child());
                pids.forEach(pid -> watch.watch(pid, () -> ended.add(pid)));
                pids.forEach(this::kill);
                for (int i = 0; i < pids.size(); i++) {
                    assertThat(ended.poll(20, TimeUnit.SECONDS)).isIn(pids);
                }
            }
        }
    }
}
