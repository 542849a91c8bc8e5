// SPDX-License-Identifier: Apache-2.0
package dev.sluice.benchmarks;

import dev.sluice.core.codec.Codec;
import dev.sluice.core.codec.Codecs;
import dev.sluice.os.DeflateCodecs;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What run files would gain: core's zlib codec as it is, and with the native one put in; microseconds a block. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 15, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class BlockCodecBenchmark {
    /** Which codec. */
    @Param({"JDK", "native"})
    public String codec = "";

    /** Bytes of text in a block. */
    @Param({"65536", "1048576"})
    public int size;

    private Codec zlib = Codecs.zlib();
    private byte[] plain = {};
    private byte[] packed = {};

    /** Makes the block. */
    @Setup
    public void fill() {
        zlib = codec.equals("native") ? DeflateCodecs.blockCodec(1) : Codecs.zlib();
        plain = Corpus.text(size);
        packed = zlib.compress(plain, 0, plain.length);
    }

    /**
     * Compresses the block.
     *
     * @param cpu counts processor time
     * @return the compressed block
     */
    @Benchmark
    public byte[] compress(Cpu cpu) {
        cpu.operations++;
        return zlib.compress(plain, 0, plain.length);
    }

    /**
     * Restores the block.
     *
     * @param cpu counts processor time
     * @return the block
     */
    @Benchmark
    public byte[] decompress(Cpu cpu) {
        cpu.operations++;
        return zlib.decompress(packed, 0, packed.length, size);
    }
}
