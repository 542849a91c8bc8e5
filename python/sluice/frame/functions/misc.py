# SPDX-License-Identifier: Apache-2.0
"""What a query knows of itself and of its types, and errors that it raises."""

from __future__ import annotations

import getpass
from typing import Any

from sluice.frame.casts import cast
from sluice.frame.column import Column, expr_of
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, Literal, PythonCall
from sluice.frame.functions.api import FUNCTIONS, declare
from sluice.frame.functions.registry import Function, coerced, refuse, register, template
from sluice.frame.names import sql_text
from sluice.frame.sqltext import Sql, failing
from sluice.frame.types import BooleanType, IntegerType, LongType, NullType, StringType
from sluice.pyspark.exceptions import PySparkTypeError

_STRING, _LONG, _INT = StringType(), LongType(), IntegerType()


def _typeof(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    return Sql(sql_text(args[0].type.simpleString()), _STRING, False)


def _raised(message: str) -> str:
    return f"'[USER_RAISED_EXCEPTION] ' || coalesce({message}, 'null') || ' SQLSTATE: P0001'"


def _nothing(text: str) -> str:
    """A value that is never there, of the type that has no values."""
    return f'CAST({text} AS "NULL")'


def _shown_assertion(inner: list[str]) -> str:
    message = inner[1] if len(inner) > 1 else f"'{inner[0]}' is not true!"
    return f"assert_true({inner[0]}, {message})"


def _raise_error(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    message = coerced(compiler, call, 0, args[0], _STRING)
    return Sql(_nothing(failing(_raised(message.text), "INTEGER")), NullType(), True)


def _assert_true(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    condition = (
        args[0] if isinstance(args[0].type, BooleanType) else cast(compiler.settings, args[0], BooleanType())
    )
    shown = call.args[0].name()
    message = (
        coerced(compiler, call, 1, args[1], _STRING).text
        if len(args) > 1
        else sql_text(f"'{shown}' is not true!")
    )
    failure = failing(_raised(message), "INTEGER")
    return Sql(_nothing(f"CASE WHEN {condition.text} THEN NULL ELSE {failure} END"), NullType(), True)


register(Function("typeof", _typeof, arity=(1, 1)))
register(Function("raise_error", _raise_error, arity=(1, 1)))
register(
    Function(
        "assert_true",
        _assert_true,
        arity=(1, 2),
        shown=_shown_assertion,
    )
)


def _version(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    from sluice.pyspark.names import PYSPARK_VERSION

    return Sql(sql_text(f"{PYSPARK_VERSION} sluice"), _STRING, False)


def _user(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    return Sql(sql_text(getpass.getuser()), _STRING, False)


register(Function("version", _version, arity=(0, 0)))
for _name in ("current_user", "user", "session_user"):
    register(Function(_name, _user, arity=(0, 0)))
template("current_catalog", "'spark_catalog'", _STRING, (), nullable=False)
template(
    "current_database",
    "'default'",
    _STRING,
    (),
    "current_schema",
    nullable=False,
    shown=lambda inner: "current_schema()",
)
template("input_file_name", "''", _STRING, (), nullable=False)
template("input_file_block_start", "CAST(-1 AS BIGINT)", _LONG, (), nullable=False)
template("input_file_block_length", "CAST(-1 AS BIGINT)", _LONG, (), nullable=False)
template(
    "spark_partition_id",
    "CAST(0 AS INTEGER)",
    _INT,
    (),
    nullable=False,
    shown=lambda inner: "SPARK_PARTITION_ID()",
)
template(
    "monotonically_increasing_id",
    "(row_number() OVER () - 1)",
    _LONG,
    (),
    nullable=False,
    shown=lambda inner: "monotonically_increasing_id()",
)
template("uuid", "CAST(uuid() AS VARCHAR)", _STRING, (), nullable=False)
template(
    "bitmap_bit_position",
    "(CASE WHEN {0} > 0 THEN ({0} - 1) % 32768 ELSE (-{0}) % 32768 END)",
    _LONG,
    (_LONG,),
)
template(
    "bitmap_bucket_number",
    "(CASE WHEN {0} > 0 THEN 1 + ({0} - 1) // 32768 ELSE {0} // 32768 END)",
    _LONG,
    (_LONG,),
)
_JAVA = "there are no classes of Java in a query"
for _name in ("java_method", "reflect", "try_reflect"):
    refuse(_name, _JAVA)
refuse("current_path", "there is no search path of routines")
refuse("bitmap_count", "bitmaps of bits are not here; use count_distinct")

declare(
    """
    bitmap_bit_position(col:c)
    bitmap_bucket_number(col:c)
    current_catalog()
    current_database()
    current_schema() -> current_database
    current_user()
    input_file_block_length()
    input_file_block_start()
    input_file_name()
    monotonically_increasing_id()
    session_user()
    spark_partition_id()
    typeof(col:c)
    user()
    uuid()
    version()
    """
)


def _message(value: Any) -> Any:
    if not isinstance(value, str | Column):
        raise PySparkTypeError(
            errorClass="NOT_EXPECTED_TYPE",
            messageParameters={
                "expected_type": "Column or str",
                "arg_name": "errMsg",
                "arg_type": type(value).__name__,
            },
        )
    return value._expr if isinstance(value, Column) else Literal(value)


def raise_error(errMsg: Any) -> Column:
    """An error with a message, once a row is computed."""
    return Column(Call("raise_error", (_message(errMsg),)))


def assert_true(col: Any, errMsg: Any = None) -> Column:
    """Null where a condition holds, else an error."""
    more = () if errMsg is None else (_message(errMsg),)
    return Column(Call("assert_true", (expr_of(col), *more)))


def call_function(funcName: str, *cols: Any) -> Column:
    """A function by its name in SQL: one that the program registered, or one of Spark's."""
    from sluice.pyspark.session import SparkSession

    session = SparkSession.getActiveSession()
    own = session._frames.functions.get(funcName.lower()) if session is not None else None
    args = tuple(map(expr_of, cols))
    return Column(Call(funcName, args) if own is None else PythonCall(own, args))


def call_udf(udfName: str, *cols: Any) -> Column:
    """The older name of `call_function`."""
    return call_function(udfName, *cols)


for _function in (raise_error, assert_true, call_function, call_udf):
    FUNCTIONS[_function.__name__] = _function
