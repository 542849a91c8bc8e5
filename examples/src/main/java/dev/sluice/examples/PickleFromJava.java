// SPDX-License-Identifier: Apache-2.0
package dev.sluice.examples;

import dev.sluice.core.pickle.PickleCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Reads prices that a Python program has pickled, and writes their sums as a pickle. */
public final class PickleFromJava {
    private static final int LONGEST = 1 << 20;

    private PickleFromJava() {}

    /**
     * Sums.
     *
     * @param arguments a pickle of a list of pairs, name and price, and where to write a dict of names and sums
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        PickleCodec pickles = PickleCodec.bounded(LONGEST);
        Map<Object, Double> sums = new TreeMap<>();
        // A pickle may hold None.
        Object pairs = Objects.requireNonNull(pickles.loads(Files.readAllBytes(Path.of(arguments[0]))));
        for (Object pair : (List<?>) pairs) {
            Object[] tuple = (Object[]) pair;
            sums.merge(tuple[0], (Double) tuple[1], Double::sum);
        }
        Files.write(Path.of(arguments[1]), pickles.dumps(sums));
        System.out.println(new ArrayList<>(sums.entrySet()));
    }
}
