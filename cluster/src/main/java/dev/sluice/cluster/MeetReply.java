// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.worker.TaskOutput;
import java.util.List;

/** Ends a task's wait at a barrier in its executor. */
record MeetReply(ExecutorLink link, int program, long attempt) implements TaskOutput.Reply {
    @Override
    public void met(List<String> messages) {
        Packer packer = new Packer().i32(program).i64(attempt).flag(false);
        link.tell(Order.MET, packer.list(messages, Packer::text));
    }

    @Override
    public void refused(String reason) {
        link.tell(Order.MET, new Packer().i32(program).i64(attempt).flag(true).text(reason));
    }
}
