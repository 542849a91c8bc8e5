// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class PieceQueueTest {
    /** {@code readNBytes} asks for nothing once it has all, which must not wait for a piece that may never come. */
    @Test
    void whatIsThereIsReadWithoutWaitingForMore() throws IOException {
        try (PieceQueue queue = new PieceQueue()) {
            queue.data(0, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            assertThat(queue.readNBytes(3)).containsExactly(1, 2, 3);
            queue.data(0, ByteBuffer.wrap(new byte[] {4}));
            queue.finish();
            assertThat(queue.readNBytes(3)).containsExactly(4);
        }
    }
}
