// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.pickle;

import dev.sluice.core.SluiceException;
import java.io.ByteArrayOutputStream;

/** Bytes in memory, up to a limit. */
final class LimitedOutput extends ByteArrayOutputStream {
    private final int limit;

    LimitedOutput(int limit) {
        this.limit = limit;
    }

    @Override
    public synchronized void write(int b) {
        require(1);
        super.write(b);
    }

    @Override
    public synchronized void write(byte[] b, int off, int len) {
        require(len);
        super.write(b, off, len);
    }

    private void require(int more) {
        if (more > limit - count) {
            throw new SluiceException("cannot pickle: the pickle gets longer than limit=" + limit + " bytes");
        }
    }
}
