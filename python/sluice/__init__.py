# SPDX-License-Identifier: Apache-2.0
"""Sluice: Python functions over data on the JVM."""
