# SPDX-License-Identifier: Apache-2.0
"""Apache Spark: programs of Sluice that run on it, and a faster worker daemon for programs of PySpark."""
