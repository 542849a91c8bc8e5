// SPDX-License-Identifier: Apache-2.0
/**
 * The one door to C: what Linux offers and the JDK does not, each with a fallback in plain Java or a refusal that says
 * what was tried. Entry types: {@link dev.sluice.os.Processes} (signals, groups) with
 * {@link dev.sluice.os.ProcessWatch} and {@link dev.sluice.os.ProcessMemory}; {@link dev.sluice.os.UnixSockets} (peers,
 * passing of descriptors) and {@link dev.sluice.os.Descriptor}; {@link dev.sluice.os.MemoryFile} and
 * {@link dev.sluice.os.SharedMemory}; {@link dev.sluice.os.DeflateCodecs}; {@link dev.sluice.os.NativeStatus}, which
 * says what this machine has. Mentioning a type here costs nothing: JNA is loaded by the first call that needs it.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.os;
