// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * Where each field of a run file lies. All numbers are big-endian; every byte of the file is under a CRC-32, and nothing
 * is handed out before the CRC over it was compared.
 *
 * <pre>
 *            +0        +4         +5         +6        +8             +12
 * header     | magic   | version  | codec    | zero    | partitions   | crc of +0..+11     |   16 bytes
 *            +---------+----------+----------+---------+--------------+--------------------+
 * block      | bytes   | stored bytes        | crc of +0..+7 and payload | payload ...     |   12 bytes + stored
 *            +0        +4                    +8                          +12
 *   ...        the blocks of partition 0, then those of partition 1, ...; an empty partition has none
 *            +---------+----------+----------+---------+--------------+--------------------+
 * index      | offset  | stored   | bytes    | records | headers crc  | zero               |   40 bytes a partition
 *            +0        +8         +16        +24       +32            +36
 *            +---------+----------+----------+---------+--------------+--------------------+
 * footer     | index at| length of the file  | partitions | index crc | crc of +0..+23 | end magic |   32 bytes
 *            +0        +8                    +16          +20         +24              +28
 * </pre>
 *
 * <p>A block whose two lengths are equal is not compressed, whatever the codec. {@code stored} of the index counts block headers, {@code bytes} counts payload before compression. {@code headers crc}
 * is the CRC-32 over the partition's block headers: each of them holds the CRC of its payload, so this one covers the
 * partition as a whole, its length and the order of its blocks, without a second pass over the data. Scratch files,
 * which are unlinked when made, are blocks only; what indexes them stays in memory.
 */
final class RunLayout {
    private static final int CRC_AT = 8;

    private RunLayout() {}

    /** Fills in the header of the block whose stored bytes already lie at {@code start + BLOCK_HEADER_BYTES}. */
    static void sealBlock(ByteBuffer buffer, int start, int payload, int stored) {
        buffer.putInt(start, payload).putInt(start + 4, stored);
        buffer.putInt(start + CRC_AT, blockCrc(buffer, start, stored));
    }

    static int blockBytes(ByteBuffer buffer, int start) {
        return buffer.getInt(start);
    }

    static int blockStored(ByteBuffer buffer, int start) {
        return buffer.getInt(start + 4);
    }

    static int storedBlockCrc(ByteBuffer buffer, int start) {
        return buffer.getInt(start + CRC_AT);
    }

    static int blockCrc(ByteBuffer buffer, int start, int stored) {
        CRC32 crc = new CRC32();
        crc.update(buffer.slice(start, CRC_AT));
        crc.update(buffer.slice(start + RunFormat.BLOCK_HEADER_BYTES, stored));
        return (int) crc.getValue();
    }

    static ByteBuffer header(int partitions, byte codec) {
        ByteBuffer header = ByteBuffer.allocate(RunFormat.HEADER_BYTES);
        header.putInt(RunFormat.MAGIC).put(RunFormat.VERSION).put(codec);
        header.putShort((short) 0).putInt(partitions);
        header.putInt(crc(header, 0, RunFormat.HEADER_BYTES - 4));
        return header.flip();
    }

    static ByteBuffer footer(long indexAt, long fileLength, int partitions, int indexCrc) {
        ByteBuffer footer = ByteBuffer.allocate(RunFormat.FOOTER_BYTES);
        footer.putLong(indexAt).putLong(fileLength).putInt(partitions).putInt(indexCrc);
        footer.putInt(crc(footer, 0, 24)).putInt(RunFormat.END_MAGIC);
        return footer.flip();
    }

    /** CRC-32 of a range of a buffer, whose position is left alone. */
    static int crc(ByteBuffer buffer, int start, int length) {
        CRC32 crc = new CRC32();
        crc.update(buffer.slice(start, length));
        return (int) crc.getValue();
    }
}
