// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SilenceTest {
    @Test
    void onlyLooksThatFindNothingCountHoweverFarApartTheyAre() {
        Silence silence = new Silence();
        assertThat(silence.look()).isZero();
        assertThat(silence.look()).isEqualTo(1);
        assertThat(silence.look()).isEqualTo(2);
        silence.heard();
        silence.heard();
        assertThat(silence.look()).isZero();
        assertThat(silence.look()).isEqualTo(1);
    }
}
