// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

/** Texts of wrapped exceptions. */
final class Causes {
    private Causes() {}

    static String text(Exception wrapper) {
        Throwable cause = wrapper.getCause();
        return String.valueOf((cause == null ? wrapper : cause).getMessage());
    }
}
