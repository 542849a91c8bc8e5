// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import com.sun.jna.NativeLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The one way from this process into C. Nothing here runs before the first call of {@link #open}, so that a start-up
 * path that merely mentions this module does not pay for JNA (a few hundred milliseconds on a busy machine).
 */
final class NativeDoor {

    /** Registers a library's functions; throws a LinkageError where one is missing. */
    interface Binder<T> {
        T bind(NativeLibrary library);
    }

    private NativeDoor() {}

    /** Tries the names in order and returns the first library that loads and binds, with the story of all attempts. */
    static <T> Load<T> open(String what, List<String> names, Binder<T> binder) {
        String unfit = unfitPlatform(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
        List<Load.Attempt> attempts = new ArrayList<>();
        for (String name : names) {
            if (unfit != null) {
                attempts.add(new Load.Attempt(name, unfit));
                continue;
            }
            try {
                T bound = binder.bind(NativeLibrary.getInstance(name));
                attempts.add(new Load.Attempt(name, null));
                return new Load<>(what, bound, List.copyOf(attempts));
            } catch (LinkageError | RuntimeException e) {
                // NoClassDefFoundError: JNA's own initialiser failed at an earlier attempt, or its jar is absent.
                attempts.add(new Load.Attempt(name, firstLine(e)));
            }
        }
        return new Load<>(what, null, List.copyOf(attempts));
    }

    static @Nullable String unfitPlatform(String os, String arch) {
        boolean fits =
                os.equals("Linux") && List.of("amd64", "x86_64", "aarch64").contains(arch);
        return fits
                ? null
                : "needs Linux with glibc on x86-64 or aarch64, this is os=" + os.toLowerCase(Locale.ROOT) + " arch="
                        + arch;
    }

    private static String firstLine(Throwable e) {
        String message = String.valueOf(e.getMessage()).strip();
        int end = message.indexOf('\n');
        return e.getClass().getSimpleName() + " " + (end < 0 ? message : message.substring(0, end)).strip();
    }
}
