// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.codec;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.CorruptDataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZstdCodecTest extends CompressingCodecContract {
    @Override
    protected Codec codec() {
        return new ZstdCodec(1);
    }

    @Override
    protected String golden() {
        return "28b52ffd20786d000030736c7569636501002f692902";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // without its size; with a size of 2^63-1; of 2^64-1; a skippable frame alone; another magic number
                "28b52ffd00006d000030736c7569636501002f692902",
                "28b52ffde0ffffffffffffff7f010000",
                "28b52ffde0ffffffffffffffff010000",
                "502a4d180400000000000000",
                "00b52ffd2000010000"
            })
    void framesThatCouldCostMemoryAreRefused(String hex) {
        byte[] bad = HexFormat.of().parseHex(hex);
        assertThatThrownBy(() -> codec().decompress(bad, 0, bad.length, 1 << 20))
                .isInstanceOf(CorruptDataException.class);
    }

    @Test
    void theLibraryLeavesNoFile() {
        codec().compress(new byte[1], 0, 1);
        // Other processes of the same build may be loading theirs.
        await().until(() -> {
            try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
                return files.noneMatch(path -> path.getFileName().toString().startsWith("sluice-zstd-"));
            }
        });
    }
}
