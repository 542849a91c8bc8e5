# SPDX-License-Identifier: Apache-2.0
"""Apache Spark: programs of Sluice that run on it, and a faster worker daemon for programs of PySpark.

The daemon's modules need the standard library and PySpark only; executors may have nothing else of ours.
"""
