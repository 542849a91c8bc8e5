// SPDX-License-Identifier: Apache-2.0
package dev.sluice.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/** The secret of one gateway: 32 random bytes as text that needs no escaping in Py4J's protocol. */
final class Token {
    private static final int RANDOM_BYTES = 32;

    private final byte[] text;

    private Token(byte[] text) {
        this.text = text;
    }

    static Token random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return new Token(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The text as bytes: what a token file holds. */
    byte[] bytes() {
        return text.clone();
    }

    String reveal() {
        return new String(text, StandardCharsets.US_ASCII);
    }

    int length() {
        return text.length;
    }

    /** Compares in a time that does not depend on where the difference is. */
    boolean matches(byte[] candidate) {
        return MessageDigest.isEqual(text, candidate);
    }

    /** Never the secret, so that no log or message can hold it by accident. */
    @Override
    public String toString() {
        return "Token[hidden]";
    }
}
