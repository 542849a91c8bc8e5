// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

class LibzCodecTest extends DeflateCodecContract {
    @Override
    DeflateCodec codec(DeflateFormat format) {
        return new LibzCodec(LibZ.load().orRefuse("this test"), format);
    }
}
