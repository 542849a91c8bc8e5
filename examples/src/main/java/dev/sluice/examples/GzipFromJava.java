// SPDX-License-Identifier: Apache-2.0
package dev.sluice.examples;

import dev.sluice.os.DeflateCodec;
import dev.sluice.os.DeflateCodecs;
import dev.sluice.os.DeflateFormat;
import dev.sluice.os.NativeStatus;
import dev.sluice.os.ProcessMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Compresses a file with the fastest deflate that this machine has, and says what memory that took. */
public final class GzipFromJava {
    private static final int LEVEL = 6;

    private GzipFromJava() {}

    /**
     * Compresses.
     *
     * @param arguments the file, and where to write it with gzip
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        ByteBuffer text = ByteBuffer.wrap(Files.readAllBytes(Path.of(arguments[0])));
        DeflateCodec gzip = DeflateCodecs.best(DeflateFormat.GZIP);
        ByteBuffer packed = ByteBuffer.allocate(DeflateCodec.bound(text.remaining()));
        gzip.compress(text, packed, LEVEL);
        packed.flip();
        try (var out =
                Files.newByteChannel(Path.of(arguments[1]), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (packed.hasRemaining()) {
                out.write(packed);
            }
        }
        ProcessMemory memory = ProcessMemory.of(ProcessHandle.current().pid());
        System.out.println(text.position() + " bytes to " + packed.position());
        System.out.println("this process holds " + (memory.pss() >> 20) + " MiB, " + (memory.privateBytes() >> 20)
                + " of them alone");
        System.out.println(NativeStatus.describe());
    }
}
