// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import dev.sluice.core.Census;

/** The census of tests over C: what JNA opens once and keeps is not a leak either. */
final class NativeCensus extends Census {
    @Override
    protected void warmUp() {
        NativeStatus.describe();
        super.warmUp();
    }
}
