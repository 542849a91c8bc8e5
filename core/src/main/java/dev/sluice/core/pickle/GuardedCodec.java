// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.pickle;

import dev.sluice.core.CorruptDataException;
import dev.sluice.core.Messages;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import net.razorvine.pickle.PickleException;
import org.jspecify.annotations.Nullable;

/** The library's two machines behind guards, a fresh pair for each value since both keep state. */
final class GuardedCodec implements PickleCodec {
    private final int maxBytes;

    GuardedCodec(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public byte[] dumps(@Nullable Object value) {
        try {
            LimitedOutput out = new LimitedOutput(maxBytes);
            new GuardedPickler().dump(value, out);
            return out.toByteArray();
        } catch (StackOverflowError e) {
            throw new SluiceException("cannot pickle: containers are nested too deep; flatten the value", e);
        } catch (IOException | PickleException e) {
            throw new SluiceException("cannot pickle: " + e.getMessage(), e);
        }
    }

    @Override
    public @Nullable Object loads(byte[] pickle) {
        if (pickle.length > maxBytes) {
            throw new CorruptDataException("pickle is too long: length=" + pickle.length + " bytes, limit=" + maxBytes);
        }
        PickleInput in = new PickleInput(pickle);
        GuardedUnpickler unpickler = new GuardedUnpickler(in, new Budget(16L * maxBytes));
        try {
            return unpickler.load();
        } catch (CorruptDataException e) {
            throw e;
        } catch (RuntimeException | IOException | StackOverflowError e) {
            // The library meets nonsense with whatever its casts and indexes throw.
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new CorruptDataException(
                    "not a pickle that can be read: length=" + pickle.length + " bytes, offset=" + in.position() + ", "
                            + Messages.quote(why),
                    e);
        }
    }
}
