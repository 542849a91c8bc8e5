# SPDX-License-Identifier: Apache-2.0
"""Frames: a lazy DataFrame with PySpark's names. DuckDB does the relational work, our workers run Python functions."""
