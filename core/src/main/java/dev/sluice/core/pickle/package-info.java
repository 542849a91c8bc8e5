// SPDX-License-Identifier: Apache-2.0
/**
 * Python's pickles on the Java side, for single values that cross between the languages; records never come here. {@link
 * dev.sluice.core.pickle.PickleCodec} is the only entry; the library beneath it stays hidden.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.core.pickle;
