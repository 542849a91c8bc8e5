// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LibDeflateCodecTest extends DeflateCodecContract {
    @Override
    DeflateCodec codec(DeflateFormat format) {
        return new LibDeflateCodec(LibDeflate.load().orRefuse("this test; install libdeflate0"), format);
    }

    @BeforeEach
    void libraryIsThere() {
        // The package is optional for a user who builds, and .ci/run installs it: there a skip would hide its absence.
        assumeTrue(
                LibDeflate.load().ok() || System.getenv("CI") != null, () -> "needs libdeflate0: " + LibDeflate.load());
    }

    @Test
    void isTheBestWhereItLoads() {
        assertThat(DeflateCodecs.best(DeflateFormat.GZIP)).hasToString("libdeflate GZIP");
        assertThat(codec(DeflateFormat.RAW).maxLevel()).isEqualTo(12);
    }
}
