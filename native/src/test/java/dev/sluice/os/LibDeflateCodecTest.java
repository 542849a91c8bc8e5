// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LibDeflateCodecTest extends DeflateCodecContract {
    @Override
    DeflateCodec codec(DeflateFormat format) {
        // Not an assumption: in CI the package is installed, and a skip would hide that it is not.
        return new LibDeflateCodec(LibDeflate.load().orRefuse("this test; install libdeflate0"), format);
    }

    @Test
    void isTheBestWhereItLoads() {
        assertThat(DeflateCodecs.best(DeflateFormat.GZIP)).hasToString("libdeflate GZIP");
        assertThat(codec(DeflateFormat.RAW).maxLevel()).isEqualTo(12);
    }
}
