// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.codec;

class ZlibCodecTest extends CompressingCodecContract {
    @Override
    protected Codec codec() {
        return new ZlibCodec(1);
    }

    @Override
    protected String golden() {
        return "789c2bce29cd4c4e2da63b0900ee013265";
    }
}
