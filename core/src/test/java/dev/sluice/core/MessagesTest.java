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
}
