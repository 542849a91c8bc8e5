// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NativeDoorTest {
    @Test
    void aLibraryThatIsNotThereIsAValueThatListsEveryAttempt() {
        Load<String> load = NativeDoor.open("nothing", List.of("libno-such-1.so", "libno-such-2.so"), library -> "");
        assertThat(load.ok()).isFalse();
        assertThat(load.attempts()).hasSize(2);
        assertThat(load.toString())
                .startsWith("no nothing (tried libno-such-1.so: UnsatisfiedLinkError ")
                .contains("; libno-such-2.so: UnsatisfiedLinkError ");
        assertThatThrownBy(() -> load.orRefuse("the test"))
                .isInstanceOf(OsException.class)
                .hasMessageStartingWith("the test is refused: no nothing (tried ");
    }

    @Test
    void aLibraryWithoutTheFunctionsIsPassedOver() {
        Load<String> load = NativeDoor.open("mixed", List.of("libc.so.6", "libz.so.1"), library -> {
            library.getFunction("deflateInit2_");
            return "found";
        });
        assertThat(load.get()).isEqualTo("found");
        assertThat(load.toString()).startsWith("mixed (tried libc.so.6: ").endsWith("; libz.so.1: ok)");
    }

    @Test
    void otherPlatformsGetOneLine() {
        assertThat(NativeDoor.unfitPlatform("Linux", "aarch64")).isNull();
        assertThat(NativeDoor.unfitPlatform("Linux", "amd64")).isNull();
        assertThat(NativeDoor.unfitPlatform("Mac OS X", "aarch64"))
                .isEqualTo("needs Linux with glibc on x86-64 or aarch64, this is os=mac os x arch=aarch64");
    }

    /** A JVM in which JNA cannot load its own library: all of it still works or refuses clearly. */
    @Test
    void withoutJnaEverythingFallsBackOrRefuses() throws Exception {
        String output = Children.output(Children.java(
                        Probe.class,
                        List.of("-Djna.nosys=true", "-Djna.noclasspath=true", "-Djna.boot.library.path=/nowhere"),
                        "fallback")
                .start());
        assertThat(output)
                .contains("C library: no C library (tried libc.so.6: ")
                .contains("deflate: JDK ZLIB (tried no libdeflate (tried libdeflate.so.0: ")
                .contains("processes: ProcessHandle, signals TERM and KILL only; no C library (tried ")
                .contains("round trip: true")
                .contains("a non-blocking read of a FIFO is refused: no C library (tried libc.so.6: ")
                .contains("watched: true")
                .endsWith("done\n");
    }

    /** The driver's JVM mentions these types before its first result; JNA must not be among the classes loaded then. */
    @Test
    void mentioningTheModuleDoesNotLoadJna() throws Exception {
        String output = Children.output(
                Children.java(Probe.class, List.of("-verbose:class"), "lazy").start());
        assertThat(output).contains("dev.sluice.os.JdkCodec").contains("done").doesNotContain("com.sun.jna");
    }

    static final class Probe {
        private Probe() {}

        public static void main(String[] arguments) throws Exception {
            ByteBuffer packed = ByteBuffer.allocate(1000);
            DeflateCodecs.jdk(DeflateFormat.GZIP).compress(ByteBuffer.allocate(100), packed, 1);
            ProcessMemory.of(ProcessHandle.current().pid());
            SharedMemory.free(Path.of("/tmp"));
            Processes.group(1);
            ProcessWatch.startPureJava().close();
            if (arguments[0].equals("fallback")) {
                fallback();
            }
            System.out.println("done");
        }

        private static void fallback() throws Exception {
            System.out.println(NativeStatus.describe());
            ByteBuffer packed = ByteBuffer.allocate(1000);
            DeflateCodecs.best(DeflateFormat.ZLIB).compress(ByteBuffer.allocate(100), packed, 1);
            ByteBuffer back = ByteBuffer.allocate(100);
            DeflateCodecs.best(DeflateFormat.ZLIB).decompress(packed.flip(), back);
            System.out.println("round trip: " + !back.hasRemaining());
            try {
                Descriptor.openFifo(Path.of("/tmp/x"), false);
            } catch (OsException e) {
                System.out.println(e.getMessage());
            }
            Process child = Children.sleep();
            CountDownLatch ended = new CountDownLatch(1);
            try (ProcessWatch watch = ProcessWatch.start()) {
                watch.watch(child.pid(), ended::countDown);
                Processes.signal(child.pid(), Signal.KILL);
                System.out.println("watched: " + ended.await(20, TimeUnit.SECONDS));
            }
            try (MemoryFile file = MemoryFile.create("x", 10, List.of(Path.of("/dev/shm")))) {
                System.out.println(file);
            }
        }
    }
}
