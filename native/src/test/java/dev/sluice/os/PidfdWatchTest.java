// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

class PidfdWatchTest extends ProcessWatchContract {
    @Override
    ProcessWatch start() {
        return new PidfdWatch();
    }
}
