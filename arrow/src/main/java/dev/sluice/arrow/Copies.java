// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import java.util.concurrent.atomic.LongAdder;

/** Counts what crosses, by the way it takes. */
final class Copies {
    private final LongAdder sentInline = new LongAdder();
    private final LongAdder sentFile = new LongAdder();
    private final LongAdder takenInline = new LongAdder();
    private final LongAdder takenFile = new LongAdder();

    void sentInline(long bytes) {
        sentInline.add(bytes);
    }

    void sentFile(long bytes) {
        sentFile.add(bytes);
    }

    void takenInline(long bytes) {
        takenInline.add(bytes);
    }

    void takenFile(long bytes) {
        takenFile.add(bytes);
    }

    CopyCounts counts() {
        return new CopyCounts(sentInline.sum(), sentFile.sum(), takenInline.sum(), takenFile.sum());
    }
}
