// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * What the tasks of an RDD have in common, on its way. Spark makes an RDD of its bytes for each task anew; what is in here
 * stays bytes then, and an executor makes it once for all of them.
 */
final class SentTerms implements Serializable {
    private static final long serialVersionUID = 1L;
    /** Stages whose tasks an executor may run in turn without making their terms anew. */
    private static final int KEPT = 32;

    private static final Map<UUID, StageTerms> MADE = new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, StageTerms> eldest) {
            return size() > KEPT;
        }
    };

    private final long high;
    private final long low;
    private final byte[] bytes;

    SentTerms(StageTerms terms) {
        UUID id = UUID.randomUUID();
        this.high = id.getMostSignificantBits();
        this.low = id.getLeastSignificantBits();
        ByteArrayOutputStream made = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(made)) {
            out.writeObject(terms);
        } catch (IOException e) {
            throw new UncheckedIOException("the terms of a stage cannot be sent", e);
        }
        this.bytes = made.toByteArray();
    }

    /** Returns the terms, for a task. */
    StageTerms get() throws IOException {
        UUID id = new UUID(high, low);
        synchronized (MADE) {
            StageTerms terms = MADE.get(id);
            if (terms == null) {
                terms = read();
                MADE.put(id, terms);
            }
            return terms;
        }
    }

    private StageTerms read() throws IOException {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return (StageTerms) in.readObject();
        } catch (ClassNotFoundException e) {
            throw new IOException("the terms of a stage are not those of this version", e);
        }
    }
}
