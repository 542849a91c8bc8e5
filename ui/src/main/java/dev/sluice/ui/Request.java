// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import java.util.Map;

/**
 * A request as far as anything here looks at it.
 *
 * @param method in capitals
 * @param path decoded, without the query
 * @param query the first value of each parameter
 * @param form the first value of each field of a body that is a form
 * @param headers by name in lower case; of several with one name the values joined by a comma
 */
record Request(
        String method, String path, Map<String, String> query, Map<String, String> form, Map<String, String> headers) {
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** A number among the parameters, or another if it is missing or none. */
    int number(String name, int otherwise) {
        try {
            return Math.max(0, Integer.parseInt(query.getOrDefault(name, "")));
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** The page of a list that is asked for; no list has as many as would not fit a position in it. */
    int page() {
        return Math.min(1_000_000, number("page", 0));
    }

    boolean reads() {
        return method.equals("GET") || method.equals("HEAD");
    }
}
