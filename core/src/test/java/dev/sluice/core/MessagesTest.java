// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessagesTest {
    @Test
    void quotesWhatCouldBreakALineOrATerminal() {
        assertThat(Messages.quote("a'b\\c\n\u001b[31m\u2028\ud800é"))
                .isEqualTo("'a\\'b\\\\c\\u000a\\u001b[31m\\u2028\\ud800é'");
    }

    @Test
    void capsLongTextAndSaysHowLongItWas() {
        assertThat(Messages.quote("x".repeat(1_000_000)))
                .isEqualTo("'" + "x".repeat(120) + "...' (1000000 characters)");
    }

    @Test
    void sizesAreShort() {
        assertThat(Messages.size(0)).isEqualTo("0b");
        assertThat(Messages.size(1023)).isEqualTo("1023b");
        assertThat(Messages.size(1024)).isEqualTo("1k");
        assertThat(Messages.size((3L << 30) / 2)).isEqualTo("1.5g");
        assertThat(Messages.size(Long.MAX_VALUE)).isEqualTo("8191.9p");
        assertThat(Messages.size(Long.MIN_VALUE)).isEqualTo("-8192p");
    }
}
