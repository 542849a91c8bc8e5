// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.pickle.PickleCodec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Commands that Java makes: a pickle that calls a function of ours in the worker, which returns the steps. */
final class FunctionCommand {
    private static final byte[] END = "R.".getBytes(StandardCharsets.ISO_8859_1);
    /** The codec's own protocol header. */
    private static final int PROTOCOL_HEADER = 2;

    private FunctionCommand() {}

    /**
     * Makes the command that finds a function and runs it over values.
     *
     * @param kind {@code map} or {@code mapPartitions}
     * @param form {@code module}, {@code source} or {@code cloudpickle}
     * @param what the text or bytes
     * @param name the function's name in a source text
     */
    static Command of(String kind, String form, Object what, @Nullable String name) {
        return call("sluice.worker.functions", "steps", kind, form, what, name);
    }

    /** Makes the command whose steps {@code module.function(*arguments)} returns. */
    static Command call(String module, String function, @Nullable Object... arguments) {
        byte[] call = ("\u0080\u0002c" + module + "\n" + function + "\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] pickled = PickleCodec.bounded(Integer.MAX_VALUE).dumps(arguments);
        int length = pickled.length - PROTOCOL_HEADER - 1;
        byte[] bytes = new byte[call.length + length + END.length];
        System.arraycopy(call, 0, bytes, 0, call.length);
        System.arraycopy(pickled, PROTOCOL_HEADER, bytes, call.length, length);
        System.arraycopy(END, 0, bytes, call.length + length, END.length);
        return new Command(digest(bytes), bytes);
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
