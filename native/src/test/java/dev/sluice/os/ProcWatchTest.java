// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

class ProcWatchTest extends ProcessWatchContract {
    @Override
    ProcessWatch start() {
        return ProcessWatch.startPureJava();
    }
}
