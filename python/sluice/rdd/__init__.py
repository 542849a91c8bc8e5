# SPDX-License-Identifier: Apache-2.0
"""The RDD: operations by kind, one class assembled from them."""

from __future__ import annotations

from typing import TypeVar

from sluice.rdd.actions import Actions
from sluice.rdd.base import RDDBase
from sluice.rdd.narrow import Narrow

T_co = TypeVar("T_co", covariant=True)

__all__ = ["RDD"]


class RDD(Narrow[T_co], Actions[T_co], RDDBase[T_co]):
    """A lazy, partitioned collection; made by a ``Context`` or by an operation on another RDD."""
