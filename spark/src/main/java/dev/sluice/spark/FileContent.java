// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A broadcast's file as Spark carries it: only its bytes travel, in the blocks into which Spark cuts what it broadcasts,
 * and they become a file again where they arrive.
 */
final class FileContent implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int PIECE = 1 << 20;

    private final long length;
    private transient Path path;

    /** The driver's. */
    FileContent(Path path, long length) {
        this.path = path;
        this.length = length;
    }

    /** Where the file is in this process. */
    Path path() {
        return path;
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
        out.defaultWriteObject();
        long left = length;
        byte[] piece = new byte[PIECE];
        try (InputStream file = Files.newInputStream(path)) {
            while (left > 0) {
                int got = file.read(piece, 0, (int) Math.min(piece.length, left));
                if (got < 0) {
                    throw new EOFException("a broadcast's file is too short: file=" + path + " missing=" + left);
                }
                out.write(piece, 0, got);
                left -= got;
            }
        }
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
        in.defaultReadObject();
        path = ExecutorBroadcasts.arriving();
        long left = length;
        byte[] piece = new byte[PIECE];
        try (OutputStream file = Files.newOutputStream(path)) {
            while (left > 0) {
                int next = (int) Math.min(piece.length, left);
                // Read whole: the stream has the bytes in portions of a thousand, each of them a call of the kernel's.
                if (in.readNBytes(piece, 0, next) < next) {
                    throw new EOFException("a broadcast was cut on its way: missing=" + left);
                }
                file.write(piece, 0, next);
                left -= next;
            }
        } catch (IOException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }
}
