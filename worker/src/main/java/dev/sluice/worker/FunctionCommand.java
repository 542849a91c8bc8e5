// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.pickle.PickleCodec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Commands that Java makes: a pickle that calls {@code sluice.worker.functions.steps}, which finds the function in the
 * worker.
 */
final class FunctionCommand {
    private static final byte[] CALL =
            "\u0080\u0002csluice.worker.functions\nsteps\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] END = "R.".getBytes(StandardCharsets.ISO_8859_1);
    /** The codec's own protocol header. */
    private static final int PROTOCOL_HEADER = 2;

    private FunctionCommand() {}

    /**
     * Makes a command.
     *
     * @param kind {@code map} or {@code mapPartitions}
     * @param form {@code module}, {@code source} or {@code cloudpickle}
     * @param what the text or bytes
     * @param name the function's name in a source text
     */
    static Command of(String kind, String form, Object what, @Nullable String name) {
        byte[] arguments = PickleCodec.bounded(Integer.MAX_VALUE).dumps(new Object[] {kind, form, what, name});
        int length = arguments.length - PROTOCOL_HEADER - 1;
        byte[] bytes = new byte[CALL.length + length + END.length];
        System.arraycopy(CALL, 0, bytes, 0, CALL.length);
        System.arraycopy(arguments, PROTOCOL_HEADER, bytes, CALL.length, length);
        System.arraycopy(END, 0, bytes, CALL.length + length, END.length);
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
