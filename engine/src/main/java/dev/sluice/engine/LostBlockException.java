// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** A map output or a cached partition is damaged or gone; only what made it must run again. */
public final class LostBlockException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What names the block in messages. */
    private final String block;

    private final transient BooleanSupplier forgetting;
    private final int input;
    private final int number;

    /**
     * Makes an exception about one block.
     *
     * @param kind what it is
     * @param block which of them, as {@code name=value}
     * @param forgetting makes the store forget it; false if somebody did before, or it was replaced since
     * @param cause how it was found out
     */
    LostBlockException(String kind, String block, BooleanSupplier forgetting, Throwable cause) {
        super(kind + " lost: " + block + ": " + cause.getMessage(), cause);
        this.block = kind + " " + block;
        this.forgetting = forgetting;
        this.input = -1;
        this.number = -1;
    }

    /** Makes an exception about a block that another process keeps account of. */
    LostBlockException(int input, int number, Throwable cause) {
        super(cause.getMessage(), cause);
        this.block = "";
        this.forgetting = () -> false;
        this.input = input;
        this.number = number;
    }

    /** {@return which input of its task the block is of, for who keeps account of it elsewhere} */
    public int input() {
        return input;
    }

    /** {@return which block of that input it is} */
    public int number() {
        return number;
    }

    /** Names the block among all of an engine. */
    String block() {
        return block;
    }

    /** Makes the store forget the block, so that it is computed again; false if it is another by now, or none. */
    boolean forget() {
        return forgetting.getAsBoolean();
    }
}
