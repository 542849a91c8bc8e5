// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ConfigException;
import dev.sluice.core.CorruptDataException;
import org.junit.jupiter.api.Test;

class CodecsTest {
    @Test
    void foundByNameAndByNumber() {
        String[] names = {"none", "zlib", "zstd"};
        for (byte id = 0; id < names.length; id++) {
            assertThat(Codecs.named(names[id])).isSameAs(Codecs.numbered(id));
        }
        assertThatThrownBy(() -> Codecs.named("lz4"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("unknown codec: name='lz4', expected one of none, zlib, zstd; correct the name");
        for (byte id : new byte[] {-1, 3, Byte.MIN_VALUE, Byte.MAX_VALUE}) {
            assertThatThrownBy(() -> Codecs.numbered(id))
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessageContaining("id=" + id);
        }
    }

    @Test
    void zlibCanBeReplacedByZlibOnly() {
        Codec before = Codecs.zlib();
        Codec faster = new ZlibCodec(6);
        try {
            Codecs.useZlib(faster);
            assertThat(Codecs.named("zlib")).isSameAs(faster);
            assertThat(Codecs.numbered((byte) 1)).isSameAs(faster);
            assertThatThrownBy(() -> Codecs.useZlib(Codecs.zstd()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("not a zlib codec: name=zstd, id=2");
        } finally {
            Codecs.useZlib(before);
        }
    }
}
