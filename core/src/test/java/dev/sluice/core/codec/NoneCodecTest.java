// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.codec;

class NoneCodecTest extends CodecContract {
    @Override
    protected Codec codec() {
        return Codecs.none();
    }
}
