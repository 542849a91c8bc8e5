# SPDX-License-Identifier: Apache-2.0
"""`spark.udf`: functions of the program that SQL calls by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sluice.frame.errors import condition
from sluice.frame.userfunctions import UserFunction
from sluice.pyspark import refused, refusedsql
from sluice.pyspark.exceptions import PySparkTypeError

if TYPE_CHECKING:
    from sluice.frame.types import DataType
    from sluice.pyspark.session import SparkSession

__all__ = ["UDFRegistration"]


class UDFRegistration:
    """Gives functions names in a session."""

    def __init__(self, session: SparkSession) -> None:
        self._session = self.sparkSession = session

    def register(
        self, name: str, f: Callable[..., Any] | UserFunction, returnType: DataType | str | None = None
    ) -> UserFunction:
        """Let SQL call a function by a name; return what makes columns of it.

        Raises:
            PySparkTypeError: `f` has a type of its own already, and another is given.
        """
        if isinstance(f, UserFunction):
            if returnType is not None:
                raise condition(
                    PySparkTypeError,
                    "CANNOT_SPECIFY_RETURN_TYPE_FOR_UDF",
                    "returnType cannot be specified when `{arg_name}` is a user-defined function, but got "
                    "{return_type}.",
                    arg_name="f",
                    return_type=returnType,
                )
            made = UserFunction(f.func, f._declared, f.evalType, name, f.deterministic)
        else:
            made = UserFunction(f, "string" if returnType is None else returnType, name=name)
        self._session._frames.functions[name.lower()] = made
        return made

    def __getattr__(self, name: str) -> Any:
        raise refused.missing(self, refusedsql.REGISTRATION, name)
