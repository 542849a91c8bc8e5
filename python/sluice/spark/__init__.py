# SPDX-License-Identifier: Apache-2.0
"""For Apache Spark: a module for PySpark's own Python daemon, and what goes with it.

Executors may have nothing of ours but this package: its modules need the standard library and PySpark only.
"""
