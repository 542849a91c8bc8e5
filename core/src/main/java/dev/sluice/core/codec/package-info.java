// SPDX-License-Identifier: Apache-2.0
/**
 * Compression of blocks of bytes: {@link dev.sluice.core.codec.Codec} is one way, {@link dev.sluice.core.codec.Codecs}
 * finds it by its name in a setting or its number in a file.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.core.codec;
