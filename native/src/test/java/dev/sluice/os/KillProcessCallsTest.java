// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

class KillProcessCallsTest extends ProcessCallsContract {
    @Override
    ProcessCalls calls() {
        return NativeProcessCalls.withoutPidfd();
    }
}
