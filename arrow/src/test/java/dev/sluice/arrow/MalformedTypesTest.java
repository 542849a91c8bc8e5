// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.CorruptDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams of every type that pyarrow wrote, with words changed at random: refused, or read inside their memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MalformedTypesTest {
    private static final int ROUNDS = Integer.getInteger("sluice.test.rounds", 60);

    @TempDir
    Path temp;

    private ArrowPython arrow;

    @BeforeAll
    void open() throws IOException {
        arrow = new ArrowPython(ArrowCases.directory());
    }

    @AfterAll
    void close() {
        arrow.close();
    }

    Stream<String> types() {
        return new ArrowCases(arrow).names();
    }

    @ParameterizedTest
    @MethodSource("types")
    void changedWordsNeverLeadOutOfMemory(String type) throws IOException {
        byte[] whole = (byte[]) Objects.requireNonNull(
                arrow.python.function("arrowcases:stream").call(type));
        Path path = temp.resolve("data.arrow");
        Random random = new Random(type.hashCode());
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            ByteBuffer changed = ByteBuffer.wrap(whole.clone()).order(ByteOrder.LITTLE_ENDIAN);
            int at = random.nextInt(whole.length / 4 - 1) * 4;
            switch (random.nextInt(4)) {
                case 0 -> changed.putInt(at, random.nextInt());
                case 1 -> changed.putInt(at, changed.getInt(at) + random.nextInt(17) - 8);
                case 2 -> changed.putInt(at, Integer.MAX_VALUE - random.nextInt(9));
                default -> changed.put(at, (byte) random.nextInt());
            }
            Files.write(path, changed.array());
            try (BufferAllocator allocator = new RootAllocator(4 << 20)) {
                refused += refused(path, allocator) ? 1 : 0;
            }
        }
        assertThat(refused).isPositive();
    }

    private static boolean refused(Path path, BufferAllocator allocator) throws IOException {
        try (ArrowReader reader = ArrowBatches.open(path, allocator)) {
            while (reader.loadNextBatch()) {
                VectorSchemaRoot root = reader.getVectorSchemaRoot();
                for (FieldVector vector : root.getFieldVectors()) {
                    for (int i = 0; i < root.getRowCount(); i++) {
                        touch(vector, i);
                    }
                }
            }
            return false;
        } catch (CorruptDataException e) {
            return true;
        }
    }

    private static void touch(FieldVector vector, int row) {
        try {
            vector.getObject(row);
        } catch (IndexOutOfBoundsException e) {
            throw e;
        } catch (RuntimeException e) {
            // A moment that Java's classes cannot express, a text that is not UTF-8.
            assertThat(vector.isNull(row)).isFalse();
        }
    }
}
