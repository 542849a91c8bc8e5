// SPDX-License-Identifier: Apache-2.0
package dev.sluice.benchmarks;

import dev.sluice.os.DeflateCodec;
import dev.sluice.os.DeflateCodecs;
import dev.sluice.os.DeflateFormat;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
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

/**
 * libdeflate, libz and the JDK over the same text; microseconds a block. Many short iterations, of which the quickest by
 * processor time is the figure: the work is the same each time, so whatever is slower is something else on the machine.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 15, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class DeflateBenchmark {
    /** Which library. */
    @Param({"JDK", "libz", "libdeflate"})
    public String library = "";

    /** Which kind of buffer. */
    @Param({"direct", "heap"})
    public String buffers = "";

    /** Compression level. */
    @Param({"1", "6"})
    public int level;

    /** Bytes of text in a block: a small batch, and a block of a run file. */
    @Param({"4096", "1048576"})
    public int size;

    private DeflateCodec codec = DeflateCodecs.jdk(DeflateFormat.ZLIB);
    private ByteBuffer plain = ByteBuffer.allocate(0);
    private ByteBuffer packed = ByteBuffer.allocate(0);
    private ByteBuffer target = ByteBuffer.allocate(0);

    /** Fills the buffers, and prints the compressed size, which the times are to be read with. */
    @Setup
    public void fill() {
        codec = switch (library) {
            case "libdeflate" -> DeflateCodecs.libdeflate(DeflateFormat.ZLIB).orElseThrow();
            case "libz" -> DeflateCodecs.libz(DeflateFormat.ZLIB).orElseThrow();
            default -> DeflateCodecs.jdk(DeflateFormat.ZLIB);
        };
        IntFunction<ByteBuffer> allocate = buffers.equals("direct") ? ByteBuffer::allocateDirect : ByteBuffer::allocate;
        plain = allocate.apply(size).put(Corpus.text(size)).flip();
        packed = allocate.apply(DeflateCodec.bound(size));
        target = allocate.apply(DeflateCodec.bound(size));
        codec.compress(plain, packed, level);
        packed.flip();
        System.out.printf("%ncompressed to %.1f %%%n", 100.0 * packed.limit() / size);
    }

    /**
     * Compresses the block.
     *
     * @param cpu counts processor time
     * @return the target, so that nothing is optimised away
     */
    @Benchmark
    public ByteBuffer deflate(Cpu cpu) {
        cpu.operations++;
        codec.compress(plain.rewind(), target.clear(), level);
        return target;
    }

    /**
     * Decompresses the block.
     *
     * @param cpu counts processor time
     * @return the target, so that nothing is optimised away
     */
    @Benchmark
    public ByteBuffer inflate(Cpu cpu) {
        cpu.operations++;
        codec.decompress(packed.rewind(), target.clear());
        return target;
    }
}
