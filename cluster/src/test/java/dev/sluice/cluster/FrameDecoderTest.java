// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ProtocolException;
import dev.sluice.core.frame.FrameLayout;
import dev.sluice.core.frame.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private static byte[] frame(FrameType type, int stream, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(FrameLayout.HEADER_LENGTH + payload.length);
        FrameLayout.put(bytes, type, 0, stream, payload.length);
        return bytes.put(payload).array();
    }

    private static byte[] three() {
        ByteBuffer all = ByteBuffer.allocate(1000);
        all.put(frame(FrameType.HELLO, 1, "a hello"))
                .put(frame(FrameType.CANCEL, 2, ""))
                .put(frame(FrameType.CALL, 3, "ein Gruß"));
        byte[] bytes = new byte[all.flip().remaining()];
        all.get(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 15, 16, 17, 40, 1000})
    void framesAreWholeHoweverTheyCome(int piece) {
        EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
        byte[] all = three();
        List<ByteBuf> sent = new ArrayList<>();
        for (int at = 0; at < all.length; at += piece) {
            ByteBuf bytes = Unpooled.copiedBuffer(all, at, Math.min(piece, all.length - at));
            sent.add(bytes);
            channel.writeInbound(bytes);
        }
        List<FrameDecoder.Frame> frames = new ArrayList<>();
        for (FrameDecoder.Frame next = channel.readInbound(); next != null; next = channel.readInbound()) {
            frames.add(next);
        }
        assertThat(frames)
                .containsExactly(
                        new FrameDecoder.Frame(FrameType.HELLO, 1, "a hello"),
                        new FrameDecoder.Frame(FrameType.CANCEL, 2, ""),
                        new FrameDecoder.Frame(FrameType.CALL, 3, "ein Gruß"));
        channel.finishAndReleaseAll();
        assertThat(sent).allSatisfy(bytes -> assertThat(bytes.refCnt()).isZero());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, FrameDecoder.MAX_LENGTH + 1L, 1L << 32})
    void aLengthIsRefusedByTheHeaderAlone(long length) {
        EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
        ByteBuffer header = ByteBuffer.allocate(FrameLayout.HEADER_LENGTH);
        FrameLayout.put(header, FrameType.HELLO, 0, 0, length);
        assertThatThrownBy(() -> channel.writeInbound(Unpooled.copiedBuffer(header.flip())))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("length=" + length);
        channel.close();
    }

    @Test
    void whatIsNoFrameIsRefused() {
        EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
        ByteBuf request = Unpooled.copiedBuffer("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> channel.writeInbound(request)).isInstanceOf(ProtocolException.class);
        channel.close();
    }
}
