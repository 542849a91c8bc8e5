# SPDX-License-Identifier: Apache-2.0
"""What picks and orders the rows of frames: sets, distinct rows, order, samples."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from sluice.frame import errors
from sluice.frame.base import FrameBase, flat, sort_orders
from sluice.frame.errors import unexpected
from sluice.frame.nodes import Distinct, Limit, Sample
from sluice.pyspark.captured import IllegalArgumentException
from sluice.pyspark.exceptions import PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    from sluice.frame.frame import DataFrame

__all__ = ["RowQueries"]


class RowQueries(FrameBase):
    """Mixed into ``DataFrame``."""

    def union(self, other: DataFrame) -> DataFrame:
        """The rows of both, columns by place, repeated rows too."""
        return self._of(self._planner.set_operation("UNION ALL", [self._node, other._node]))

    unionAll = union

    def unionByName(self, other: DataFrame, allowMissingColumns: bool = False) -> DataFrame:
        """The rows of both, columns by name; a column that one lacks is null there if that is allowed.

        Raises:
            AnalysisException: a side lacks columns of the other.
        """
        from sluice.frame.unionbyname import matched

        left, right = matched(self._planner, self._node, other._node, allowMissingColumns)
        return self._of(self._planner.set_operation("UNION ALL", [left, right]))

    def intersect(self, other: DataFrame) -> DataFrame:
        """The rows that both have, each once."""
        return self._of(self._planner.set_operation("INTERSECT", [self._node, other._node]))

    def intersectAll(self, other: DataFrame) -> DataFrame:
        """The rows that both have, as often as both have them."""
        return self._of(self._planner.set_operation("INTERSECT ALL", [self._node, other._node]))

    def subtract(self, other: DataFrame) -> DataFrame:
        """The rows that another frame has not, each once."""
        return self._of(self._planner.set_operation("EXCEPT", [self._node, other._node]))

    def exceptAll(self, other: DataFrame) -> DataFrame:
        """The rows less as many as another frame has of each."""
        return self._of(self._planner.set_operation("EXCEPT ALL", [self._node, other._node]))

    def distinct(self) -> DataFrame:
        """Every row once."""
        return self._of(Distinct(self._node.output, self._node))

    def dropDuplicates(self, subset: list[str] | tuple[str, ...] | None = None) -> DataFrame:
        """One row of those that are the same in some columns; in all if none are named.

        Raises:
            PySparkTypeError: the names are no list.
        """
        if subset is not None and not isinstance(subset, list | tuple):
            raise unexpected("subset", "list or tuple", subset)
        if not subset:
            return self.distinct()
        compiler = self._planner.compiler(self._node)
        keys = []
        for name in subset:
            found = [each for each in self._node.output if each.name.lower() == str(name).lower()]
            if not found:
                raise errors.analysis(
                    "UNRESOLVED_COLUMN_AMONG_FIELD_NAMES",
                    f"Cannot resolve column name `{name}` among ({', '.join(self.columns)}). SQLSTATE: 42703",
                )
            keys += [compiler.column(each).text for each in found]
        return self._of(Distinct(self._node.output, self._node, tuple(keys)))

    drop_duplicates = dropDuplicates

    def orderBy(self, *cols: Any, **kwargs: Any) -> DataFrame:
        """The rows in an order.

        Raises:
            PySparkValueError: no column is given.
        """
        exprs = self._exprs(flat(cols))
        if not exprs:
            raise PySparkValueError(
                "At least one column must be specified for sort.", "CANNOT_BE_EMPTY", {"item": "column"}
            )
        return self._of(self._planner.sort(self._node, sort_orders(exprs, kwargs.get("ascending", True))))

    sort = orderBy

    def sortWithinPartitions(self, *cols: Any, **kwargs: Any) -> DataFrame:
        """The rows in an order; a frame here is one partition."""
        return self.orderBy(*cols, **kwargs)

    def limit(self, num: int) -> DataFrame:
        """The first rows.

        Raises:
            AnalysisException: the number is negative.
        """
        if not isinstance(num, int):
            raise unexpected("num", "int", num)
        if num < 0:
            raise errors.analysis(
                "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE",
                f'The limit like expression "{num}" is invalid. The limit expression must be equal to or greater than '
                f"0, but got {num}. SQLSTATE: 42K0E",
            )
        return self._of(Limit(self._node.output, self._node, num))

    def offset(self, num: int) -> DataFrame:
        """All but the first rows."""
        if not isinstance(num, int):
            raise unexpected("num", "int", num)
        return self._of(Limit(self._node.output, self._node, None, num))

    def sample(self, withReplacement: Any = None, fraction: Any = None, seed: Any = None) -> DataFrame:
        """Each row with a chance of `fraction`; as often as chance has it with replacement.

        Raises:
            PySparkTypeError: an argument is of another type.
        """
        if isinstance(withReplacement, float | int) and not isinstance(withReplacement, bool):
            withReplacement, fraction, seed = False, withReplacement, fraction
        if not isinstance(fraction, float | int) or isinstance(fraction, bool):
            raise PySparkTypeError(
                "Argument `withReplacement` should be a bool and `fraction` a float.",
                "NOT_BOOL_OR_FLOAT_OR_INT",
                {},
            )
        if fraction < 0 or (fraction > 1 and not withReplacement):
            raise IllegalArgumentException(
                f"requirement failed: Sampling fraction ({float(fraction)}) must be on interval [0, 1] "
                "without replacement",
                "",
            )
        seed = random.randrange(1 << 32) if seed is None else int(seed)
        return self._of(Sample(self._node.output, self._node, float(fraction), seed, bool(withReplacement)))

    def randomSplit(self, weights: list[float], seed: int | None = None) -> list[DataFrame]:
        """Frames that have each row once, with chances as these weights.

        Raises:
            PySparkValueError: a weight is negative.
        """
        for weight in weights:
            if weight < 0.0:
                raise PySparkValueError(
                    errorClass="VALUE_NOT_POSITIVE",
                    messageParameters={"arg_name": "weights", "arg_value": str(weights)},
                )
        from sluice.frame.sampling import split

        return split(self, weights, random.randrange(1 << 32) if seed is None else seed)
