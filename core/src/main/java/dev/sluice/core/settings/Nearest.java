// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.settings;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the name that a misspelt one most likely stands for. */
final class Nearest {
    private Nearest() {}

    static String to(String name, List<String> known) {
        // A name may be as long as the user likes, the work may not.
        String bounded = name.length() > 200 ? name.substring(0, 200) : name;
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(bounded, candidate)))
                .orElseThrow();
    }

    /** Edit distance over insertions, deletions, substitutions and swaps of neighbours; case is ignored. */
    static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] twoBack = new int[b.length() + 1];
        int[] back = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            back[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = back[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitution, Math.min(back[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], twoBack[j - 2] + 1);
                }
            }
            int[] spare = twoBack;
            twoBack = back;
            back = row;
            row = spare;
        }
        return back[b.length()];
    }
}
