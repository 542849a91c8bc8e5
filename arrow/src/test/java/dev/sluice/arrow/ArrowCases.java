// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** What {@code arrowcases.py} makes: batches of every type. */
final class ArrowCases {
    private static final String EXPRESSION = """
            import datetime, decimal
            import pyarrow as pa
            def of(x): return pa.record_batch({'v': %s})
            def schema(x): return of(x).schema.serialize().to_pybytes()
            def batches(x): yield of(x)
            """;

    private final ArrowPython arrow;

    ArrowCases(ArrowPython arrow) {
        this.arrow = arrow;
    }

    /** The directory with the module. */
    static Path directory() {
        return Path.of(System.getProperty("sluice.root", ".."), "arrow/src/test/resources/python");
    }

    Stream<String> names() {
        List<?> names = (List<?>) Objects.requireNonNull(arrow.python
                .source("import arrowcases\ndef names(x): return arrowcases.names()", "names")
                .call(0));
        return names.stream().map(String::valueOf);
    }

    Schema schema(String type) throws IOException {
        return decoded(arrow.python.function("arrowcases:schema").call(type));
    }

    private static Schema decoded(@Nullable Object message) throws IOException {
        return MessageSerializer.deserializeSchema(new ReadChannel(
                Channels.newChannel(new ByteArrayInputStream((byte[]) Objects.requireNonNull(message)))));
    }

    /** Reads the batches of a type. */
    ArrowReader made(String type) throws IOException {
        return made(type, arrow.workers());
    }

    ArrowReader made(String type, ArrowWorkers workers) throws IOException {
        String source = "import arrowcases\ndef make(batches): return arrowcases.batches('%s')".formatted(type);
        return workers.source(source, "make", schema(type)).applyToAll(arrow.numbers());
    }

    /** Reads the array that a Python expression makes. */
    ArrowReader read(String expression) throws IOException {
        String source = EXPRESSION.formatted(expression);
        Schema schema = decoded(arrow.python.source(source, "schema").call(0));
        return arrow.workers().source(source, "batches", schema).applyToAll(arrow.numbers());
    }
}
