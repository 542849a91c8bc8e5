// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

/** What this machine offers, for a status page or a bug report. */
public final class NativeStatus {

    private NativeStatus() {}

    /**
     * Tries everything and says what came of it; loads JNA and never throws for want of a library.
     *
     * @return one line each for the C library, deflate and processes, with every attempt and its error
     */
    public static String describe() {
        Load<LibC> library = LibC.load();
        return "C library: " + library + "\ndeflate: " + DeflateCodecs.describe() + "\nprocesses: "
                + Processes.calls().describe();
    }
}
