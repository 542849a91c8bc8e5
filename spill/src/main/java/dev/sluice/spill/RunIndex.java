// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.nio.ByteBuffer;

/** Where each partition of one run file lies. Filled in order of partition, read by many threads afterwards. */
final class RunIndex {
    private final long[] ends;
    private final long[] bytes;
    private final long[] records;
    private final int[] headersCrc;

    RunIndex(int partitions) {
        ends = new long[partitions];
        bytes = new long[partitions];
        records = new long[partitions];
        headersCrc = new int[partitions];
    }

    void set(int partition, long end, long bytesOf, long recordsOf, int crc) {
        ends[partition] = end;
        bytes[partition] = bytesOf;
        records[partition] = recordsOf;
        headersCrc[partition] = crc;
    }

    int partitions() {
        return ends.length;
    }

    long offset(int partition) {
        return partition == 0 ? RunFormat.HEADER_BYTES : ends[partition - 1];
    }

    long stored(int partition) {
        return ends[partition] - offset(partition);
    }

    long bytes(int partition) {
        return bytes[partition];
    }

    long records(int partition) {
        return records[partition];
    }

    int headersCrc(int partition) {
        return headersCrc[partition];
    }

    /** Where the index itself begins, right after the last block. */
    long indexAt() {
        return ends.length == 0 ? RunFormat.HEADER_BYTES : ends[ends.length - 1];
    }

    long fileLength() {
        return indexAt() + (long) ends.length * RunFormat.INDEX_ENTRY_BYTES + RunFormat.FOOTER_BYTES;
    }

    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(Math.multiplyExact(ends.length, RunFormat.INDEX_ENTRY_BYTES));
        for (int p = 0; p < ends.length; p++) {
            out.putLong(offset(p)).putLong(stored(p)).putLong(bytes[p]).putLong(records[p]);
            out.putInt(headersCrc[p]).putInt(0);
        }
        return out.flip();
    }
}
