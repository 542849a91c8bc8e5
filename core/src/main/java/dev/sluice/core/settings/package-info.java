// SPDX-License-Identifier: Apache-2.0
/**
 * Every setting that Sluice knows, once: name, type, default, unit, documentation and the {@code spark.*} name that is
 * accepted for it. {@link dev.sluice.core.settings.Settings} is the table, {@link
 * dev.sluice.core.settings.Configuration} holds what one program has set. The Python package and {@code
 * docs/settings.md} are generated from the table by {@code SettingsReference}.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.core.settings;
