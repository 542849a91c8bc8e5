// SPDX-License-Identifier: Apache-2.0
/** JSON as plain maps and lists, by Jackson's streaming core. Entry type: {@link dev.sluice.core.json.Json}. */
@org.jspecify.annotations.NullMarked
package dev.sluice.core.json;
