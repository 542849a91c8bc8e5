// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Takes a job's results in the order of its partitions, or as they come if the job is not {@link Job#ordered}: pieces of
 * several partitions may then alternate, and partitions end in any order. Then exactly one end. Calls come one at a time,
 * from any thread. A call may wait for a slow reader: workers do not wait with it. Pieces may come while their task still
 * runs, so that only {@link #partitionEnd} says that they count.
 */
public interface ResultSink {
    /**
     * Takes the next piece of a partition's result.
     *
     * @param index the place of the partition in the job's list
     * @param piece bytes of the classic stream, valid until this call returns
     * @throws IOException if nobody reads any more; the job is then cancelled
     */
    void data(int index, ByteBuffer piece) throws IOException;

    /**
     * Says that the pieces that came of a partition are void, since their task was lost; all come anew.
     *
     * @param index the place of the partition in the job's list
     * @throws IOException if nobody reads any more
     */
    void restart(int index) throws IOException;

    /**
     * Says that a partition's result is whole.
     *
     * @param index the place of the partition in the job's list
     * @param bytes its length in bytes
     * @param records items in it
     * @throws IOException if nobody reads any more
     */
    void partitionEnd(int index, long bytes, long records) throws IOException;

    /**
     * Says that the next partition is not there yet, so that what was given so far should not wait for it.
     *
     * @throws IOException if nobody reads any more
     */
    default void pause() throws IOException {}

    /**
     * The job succeeded.
     *
     * @param accumulators pickled updates, one entry a task that had any; each counts once
     */
    void succeeded(List<byte[]> accumulators);

    /**
     * The job failed.
     *
     * @param failure why
     */
    void failed(JobFailure failure);
}
