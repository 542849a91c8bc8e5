# SPDX-License-Identifier: Apache-2.0
"""Frames: lazy tables with the names of PySpark's DataFrame. `types` has the types of their columns.

Nothing is imported here, so that a program without frames pays for none of it.
"""
