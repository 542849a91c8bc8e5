// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ProtocolException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTest {
    /** Serves bytes at most {@code step} at a time, the awkward case of every reader. */
    private static final class Trickle implements ReadableByteChannel {
        private final ByteBuffer source;
        private final int step;

        Trickle(byte[] bytes, int step) {
            this.source = ByteBuffer.wrap(bytes);
            this.step = step;
        }

        @Override
        public int read(ByteBuffer target) {
            if (!source.hasRemaining()) {
                return -1;
            }
            int count = Math.min(step, Math.min(source.remaining(), target.remaining()));
            for (int i = 0; i < count; i++) {
                target.put(source.get());
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static final class Collector implements GatheringByteChannel {
        private byte[] bytes = new byte[0];

        @Override
        public int write(ByteBuffer source) {
            int count = Math.min(source.remaining(), 1000);
            int old = bytes.length;
            bytes = Arrays.copyOf(bytes, old + count);
            source.get(bytes, old, count);
            return count;
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                if (sources[i].hasRemaining()) {
                    return write(sources[i]);
                }
            }
            return 0;
        }

        @Override
        public long write(ByteBuffer[] sources) {
            return write(sources, 0, sources.length);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static byte[] frames(int large) throws IOException {
        Collector collector = new Collector();
        FrameWriter writer = new FrameWriter(collector);
        writer.write(FrameType.HELLO, 7, "{}");
        writer.write(FrameType.INPUT, FrameLayout.FLAG_LAST, 3, ByteBuffer.allocate(large), ByteBuffer.allocate(5));
        writer.write(FrameType.END, -1, new byte[0]);
        writer.flush();
        return collector.bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 17, 4096, 1 << 20})
    void frames_come_back_however_the_bytes_arrive(int step) throws IOException {
        FrameReader reader = new FrameReader(new Trickle(frames(100_000), step), 1 << 20);
        assertThat(reader.next()).isTrue();
        assertThat(reader.type()).isEqualTo(FrameType.HELLO);
        assertThat(reader.stream()).isEqualTo(7);
        assertThat(reader.text()).isEqualTo("{}");
        assertThat(reader.next()).isTrue();
        assertThat(reader.hasFlag(FrameLayout.FLAG_LAST)).isTrue();
        assertThat(reader.payload().remaining()).isEqualTo(100_005);
        assertThat(reader.next()).isTrue();
        assertThat(reader.stream()).isEqualTo(-1);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void a_stream_cut_at_any_byte_is_never_taken_for_the_end() throws IOException {
        byte[] whole = frames(40);
        int[] boundaries = {0, 18, 18 + 16 + 45, whole.length};
        for (int cut = 0; cut < whole.length; cut++) {
            FrameReader reader = new FrameReader(new Trickle(Arrays.copyOf(whole, cut), 7), 1 << 20);
            boolean boundary = Arrays.binarySearch(boundaries, cut) >= 0;
            if (boundary) {
                while (reader.next()) {
                    assertThat(reader.type()).isNotNull();
                }
            } else {
                assertThatThrownBy(() -> {
                            while (reader.next()) {
                                assertThat(reader.type()).isNotNull();
                            }
                        })
                        .isInstanceOf(EOFException.class)
                        .hasMessageContaining("inside a frame");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, (1 << 20) + 1, Integer.MAX_VALUE})
    void lengths_out_of_range_are_refused_before_memory_is_taken(long length) {
        ByteBuffer header = ByteBuffer.allocate(16);
        FrameLayout.put(header, FrameType.DATA, 0, 0, length);
        FrameReader reader = new FrameReader(new Trickle(header.array(), 16), 1 << 20);
        assertThatThrownBy(reader::next).isInstanceOf(ProtocolException.class).hasMessageContaining("limit=1048576");
    }

    @Test
    void unknown_types_and_reserved_bytes_are_refused() {
        for (int code = 0; code < 256; code++) {
            byte[] header = new byte[16];
            header[0] = (byte) code;
            header[3] = 1;
            FrameReader reader = new FrameReader(new Trickle(header, 16), 1 << 20);
            assertThatThrownBy(reader::next).isInstanceOf(ProtocolException.class);
        }
    }
}
