// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** Memory that C may read or write for the length of one call: a direct buffer in place, or a copy of a heap buffer. */
final class NativeSpan implements AutoCloseable {
    private final ByteBuffer buffer;
    private final int length;
    private final long address;
    private final boolean copy;

    private NativeSpan(ByteBuffer buffer, int length) {
        this.buffer = buffer;
        this.length = length;
        this.copy = !buffer.isDirect();
        if (copy) {
            // JNA would copy the whole array behind the buffer, both ways; this copies what is used. At least one byte,
            // because malloc(0) may be NULL.
            address = Native.malloc(Math.max(length, 1));
            if (address == 0) {
                throw new OsException("malloc failed: bytes=" + length + "; a direct buffer needs no copy");
            }
        } else {
            address = LibC.address(buffer) + buffer.position();
        }
    }

    static NativeSpan source(ByteBuffer source) {
        NativeSpan span = new NativeSpan(source, source.remaining());
        if (span.copy) {
            span.view(span.length).put(source.duplicate());
        }
        return span;
    }

    static NativeSpan destination(ByteBuffer destination, int most) {
        return new NativeSpan(destination, Math.min(destination.remaining(), most));
    }

    long address() {
        return address;
    }

    int length() {
        return length;
    }

    /** Brings a result into the buffer's remaining bytes, without moving its position. */
    void deliver(int bytes) {
        if (copy) {
            buffer.duplicate().put(view(bytes));
        }
    }

    private ByteBuffer view(int bytes) {
        return new Pointer(address).getByteBuffer(0, bytes);
    }

    @Override
    @SuppressWarnings("ReachabilityFenceUsage") // try-with-resources makes this the finally block
    public void close() {
        if (copy) {
            Native.free(address);
        }
        Reference.reachabilityFence(buffer);
    }
}
