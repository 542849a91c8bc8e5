// SPDX-License-Identifier: Apache-2.0
/**
 * The ground that every other module stands on: the frame layout, serializers, codecs, settings, errors and the memory
 * table.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.core;
