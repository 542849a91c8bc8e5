// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

class JdkCodecTest extends DeflateCodecContract {
    @Override
    DeflateCodec codec(DeflateFormat format) {
        return new JdkCodec(format);
    }
}
