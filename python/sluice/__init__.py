# SPDX-License-Identifier: Apache-2.0
"""Sluice: Python functions over data on the JVM."""

from sluice.context import Context
from sluice.rdd import RDD

__all__ = ["Context", "RDD"]
