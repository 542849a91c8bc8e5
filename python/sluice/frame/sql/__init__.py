# SPDX-License-Identifier: Apache-2.0
"""SQL as programs write it, parsed by sqlglot and turned into expressions and plans of frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sluice.frame.expr import Expr
    from sluice.frame.frame import DataFrame
    from sluice.pyspark.session import SparkSession

__all__ = ["expression", "query"]


def expression(text: str) -> Expr:
    """An expression, which may have an alias or be a star.

    Raises:
        ParseException: it is none, or is several.
        AnalysisException: there is no such function.
    """
    from sluice.frame.sql.expressions import Expressions
    from sluice.frame.sql.grammar import parsed_columns, syntax_error
    from sluice.pyspark.session import SparkSession

    nodes = parsed_columns(text)
    if len(nodes) != 1:
        raise syntax_error(",", text)
    session = SparkSession.getActiveSession()
    functions = session._frames.functions if session is not None else {}
    made = Expressions(text, functions)
    if session is not None:
        made.zone = session._frames.settings().zone
    return made.column(nodes[0])


def query(session: SparkSession, text: str, args: Any = None, values: Any = None) -> DataFrame:
    """What `spark.sql` gives for a statement."""
    from sluice.frame.sql.statements import run

    return run(session, text, args, values)
