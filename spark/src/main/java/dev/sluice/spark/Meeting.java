// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.worker.TaskOutput;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.TaskContext;

/**
 * Where the tasks of a barrier stage wait for each other: rounds in which Spark gathers a message of each. A task that has
 * ended goes on coming to them until all have, so that others which wait for it are told instead of left to wait.
 */
final class Meeting {
    private static final char BARRIER = 'B';
    private static final char GATHER = 'G';
    private static final char ENDED = 'E';

    private Meeting() {}

    /** Waits for all tasks, and answers a worker. */
    static void meet(BarrierTaskContext context, boolean gather, String message, TaskOutput.Reply reply) {
        char kind = gather ? GATHER : BARRIER;
        String[] said;
        try {
            said = context.allGather(kind + message);
        } catch (RuntimeException e) {
            context.killTaskIfInterrupted();
            reply.refused(String.valueOf(e.getMessage()));
            return;
        }
        List<Integer> ended = which(said, ENDED);
        if (!ended.isEmpty()) {
            reply.refused("tasks have ended without this call: partitions=" + ended + " of " + said.length
                    + "; every task has to make the same calls");
        } else if (which(said, kind).size() < said.length) {
            reply.refused("tasks wait at different calls: " + which(said, BARRIER) + " at barrier, "
                    + which(said, GATHER) + " at allGather");
        } else {
            List<String> messages = new ArrayList<>();
            for (String one : said) {
                messages.add(one.substring(1));
            }
            reply.met(messages);
        }
    }

    /** Comes to every round until all tasks have ended. */
    static void end(TaskContext context) {
        if (context instanceof BarrierTaskContext barrier) {
            String[] said;
            do {
                said = barrier.allGather(String.valueOf(ENDED));
            } while (which(said, ENDED).size() < said.length);
        }
    }

    private static List<Integer> which(String[] said, char kind) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < said.length; i++) {
            if (said[i].charAt(0) == kind) {
                found.add(i);
            }
        }
        return found;
    }
}
