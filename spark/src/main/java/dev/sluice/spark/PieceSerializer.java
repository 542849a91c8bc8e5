// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.spark.serializer.DeserializationStream;
import org.apache.spark.serializer.SerializationStream;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag;

/**
 * Writes keys and pieces of map output as they are. Objects do not depend on those before them, so Spark may sort what is
 * serialized. A stream that ends inside an object is an error; Spark takes the end between two for the end.
 *
 * <pre>
 *  key:   'K' | u32 reducer | u32 map | u32 number          piece: 'V' | u32 length | bytes
 * </pre>
 */
final class PieceSerializer extends Serializer implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public SerializerInstance newInstance() {
        return new Instance();
    }

    @Override
    public boolean supportsRelocationOfSerializedObjects() {
        return true;
    }

    private static final class Instance extends SerializerInstance {
        @Override
        public <T> ByteBuffer serialize(T object, ClassTag<T> tag) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            serializeStream(bytes).writeObject(object, tag);
            return ByteBuffer.wrap(bytes.toByteArray());
        }

        @Override
        public <T> T deserialize(ByteBuffer bytes, ClassTag<T> tag) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            return deserializeStream(new ByteArrayInputStream(copy)).readObject(tag);
        }

        @Override
        public <T> T deserialize(ByteBuffer bytes, ClassLoader loader, ClassTag<T> tag) {
            return deserialize(bytes, tag);
        }

        @Override
        public SerializationStream serializeStream(OutputStream stream) {
            return new Writer(new DataOutputStream(stream));
        }

        @Override
        public DeserializationStream deserializeStream(InputStream stream) {
            return new Reader(new DataInputStream(new BufferedInputStream(stream, 1 << 16)));
        }
    }

    private static final class Writer extends SerializationStream {
        private final DataOutputStream out;

        Writer(DataOutputStream out) {
            this.out = out;
        }

        @Override
        public <T> SerializationStream writeObject(T object, ClassTag<T> tag) {
            try {
                if (object instanceof PieceKey key) {
                    out.writeByte('K');
                    out.writeInt(key.reducer());
                    out.writeInt(key.map());
                    out.writeInt(key.number());
                } else {
                    byte[] piece = (byte[]) object;
                    out.writeByte('V');
                    out.writeInt(piece.length);
                    out.write(piece);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return this;
        }

        @Override
        public void flush() {
            try {
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                out.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Reader extends DeserializationStream {
        private final DataInputStream in;

        Reader(DataInputStream in) {
            this.in = in;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> T readObject(ClassTag<T> tag) {
            int kind;
            Object read;
            try {
                kind = in.read();
                read = kind < 0 ? "" : kind == 'K' ? key() : piece(kind);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (kind < 0) {
                // How Spark learns that there is no more.
                throw PieceSerializer.<RuntimeException>sneaky(new EOFException());
            }
            return (T) read;
        }

        private PieceKey key() throws IOException {
            try {
                return new PieceKey(in.readInt(), in.readInt(), in.readInt());
            } catch (EOFException e) {
                throw new IOException("map output was cut inside a key", e);
            }
        }

        private byte[] piece(int kind) throws IOException {
            if (kind != 'V') {
                throw new IOException("map output is damaged: kind=" + kind);
            }
            try {
                int length = in.readInt();
                // Read in steps, so that a damaged length asks for no more memory than there are bytes.
                byte[] piece = length < 0 ? new byte[0] : in.readNBytes(length);
                if (length != piece.length) {
                    throw new IOException(
                            "map output was cut inside a piece: length=" + length + " got=" + piece.length);
                }
                return piece;
            } catch (EOFException e) {
                throw new IOException("map output was cut inside a piece's length", e);
            }
        }

        @Override
        public void close() {
            try {
                in.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Scala has no checked exceptions, and Spark catches this one. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException sneaky(Throwable e) throws E {
        throw (E) e;
    }
}
