# SPDX-License-Identifier: Apache-2.0
"""`Column`: an expression with Python's operators, and PySpark's methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sluice.frame.errors import unexpected
from sluice.frame.expr import (
    Alias,
    Call,
    Case,
    Cast,
    Expr,
    Literal,
    Name,
    SortOrder,
    Star,
)
from sluice.frame.names import split_name
from sluice.pyspark.exceptions import PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    from sluice.frame.types import DataType
    from sluice.frame.window import WindowSpec

__all__ = ["Column", "call", "column", "expr_of", "value_of"]


def column(name: str) -> Column:
    """Return the column of a name: `x`, `t.x`, `x.field`, `*`, `t.*`."""
    if name == "*":
        return Column(Star())
    if name.endswith(".*"):
        return Column(Star(split_name(name[:-2])))
    return Column(Name(split_name(name)))


def expr_of(value: Any) -> Expr:
    """A column's expression; a text is a column's name.

    Raises:
        PySparkTypeError: it is neither.
    """
    if isinstance(value, Column):
        return value._expr
    if isinstance(value, str):
        return column(value)._expr
    raise PySparkTypeError(
        f"Argument `col` should be Column or str, got {type(value).__name__}.",
        "NOT_EXPECTED_TYPE",
        {"arg_name": "col", "expected_type": "Column or str", "arg_type": type(value).__name__},
    )


def value_of(value: Any) -> Expr:
    """A column's expression; everything else is a literal."""
    return value._expr if isinstance(value, Column) else Literal(value)


def call(function: str, *args: Any, **more: Any) -> Column:
    """A function of the registry over columns and literals."""
    return Column(Call(function, tuple(value_of(arg) for arg in args), **more))


def _binary(function: str, doc: str) -> Callable[[Column, Any], Column]:
    def operator(self: Column, other: Any) -> Column:
        return call(function, self, other)

    operator.__doc__ = doc
    return operator


def _reverse(function: str) -> Callable[[Column, Any], Column]:
    def operator(self: Column, other: Any) -> Column:
        return call(function, other, self)

    return operator


class Column:
    """A column or what is computed of columns. Lazy: names and types are looked at when a frame takes it."""

    def __init__(self, expr: Any, text: str | None = None) -> None:
        self._expr: Expr = expr
        #: How it is printed, if that is not said by the expression.
        self._text = text

    __add__ = _binary("+", "The sum.")
    __sub__ = _binary("-", "The difference.")
    __mul__ = _binary("*", "The product.")
    __truediv__ = _binary("/", "The quotient, a double or a decimal.")
    __mod__ = _binary("%", "The remainder, with the sign of the left side.")
    # As PySpark's columns are named: what commutes is turned round.
    __radd__ = _binary("+", "The sum.")
    __rsub__ = _reverse("-")
    __rmul__ = _binary("*", "The product.")
    __rtruediv__ = _reverse("/")
    __rmod__ = _reverse("%")
    __lt__ = _binary("<", "Whether it is less.")
    __le__ = _binary("<=", "Whether it is not greater.")
    __gt__ = _binary(">", "Whether it is greater.")
    __ge__ = _binary(">=", "Whether it is not less.")
    __and__ = _binary("and", "Both.")
    __or__ = _binary("or", "One of them at least.")
    __rand__ = _binary("and", "Both.")
    __ror__ = _binary("or", "One of them at least.")
    bitwiseAND = _binary("&", "The bits that both have.")
    bitwiseOR = _binary("|", "The bits that one of them has.")
    bitwiseXOR = _binary("^", "The bits that just one of them has.")
    eqNullSafe = _binary("<=>", "Whether both are equal, or both null.")
    like = _binary("like", "Whether a text is like a pattern of SQL.")
    rlike = _binary("rlike", "Whether a regular expression is found in a text.")
    ilike = _binary("ilike", "`like` without regard to case.")
    contains = _binary("contains", "Whether a text holds another.")
    startswith = _binary("startswith", "Whether a text begins with another.")
    endswith = _binary("endswith", "Whether a text ends with another.")

    def __eq__(self, other: object) -> Column:  # type: ignore[override]
        return call("=", self, other)

    def __ne__(self, other: object) -> Column:  # type: ignore[override]
        return ~call("=", self, other)

    __hash__ = None  # type: ignore[assignment]

    def __pow__(self, other: Any) -> Column:
        return call("power", self, other)

    def __rpow__(self, other: Any) -> Column:
        return call("power", other, self)

    def __neg__(self) -> Column:
        return call("negative", self)

    def __invert__(self) -> Column:
        return call("not", self)

    def __bool__(self) -> bool:
        raise PySparkValueError(
            "Cannot convert column into bool: please use '&' for 'and', '|' for 'or', '~' for 'not' when building "
            "DataFrame boolean expressions.",
            "CANNOT_CONVERT_COLUMN_INTO_BOOL",
            {},
        )

    def __contains__(self, item: Any) -> bool:
        raise PySparkValueError(
            "Cannot apply 'in' operator against a column: please use 'contains' in a string column or "
            "'array_contains' function for an array column.",
            "CANNOT_APPLY_IN_FOR_COLUMN",
            {},
        )

    def __iter__(self) -> Any:
        raise PySparkTypeError("Column is not iterable.", "NOT_ITERABLE", {"objectName": "Column"})

    def __getitem__(self, key: Any) -> Column:
        if isinstance(key, slice):
            if key.step is not None:
                raise PySparkValueError("slice with step is not supported", "SLICE_WITH_STEP", {})
            return self.substr(key.start, key.stop)
        return call("getitem", self, key)

    def __getattr__(self, name: str) -> Column:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def getItem(self, key: Any) -> Column:
        """An element of an array, from 0; a value of a map; a field of a struct."""
        return self[key]

    def getField(self, name: Any) -> Column:
        """A field of a struct."""
        return self[name]

    def withField(self, fieldName: str, col: Column) -> Column:
        """The struct with a field added or replaced."""
        return call("with_field", self, fieldName, col)

    def dropFields(self, *fieldNames: str) -> Column:
        """The struct without some fields."""
        return call("drop_fields", self, *fieldNames)

    def transform(self, f: Callable[[Column], Column]) -> Column:
        """What a function makes of this column."""
        return f(self)

    def isNull(self) -> Column:
        """Whether it is null."""
        return call("isnull", self, shown=f"({self._expr.name()} IS NULL)")

    def isNotNull(self) -> Column:
        """Whether it is not null."""
        return call("isnotnull", self, shown=f"({self._expr.name()} IS NOT NULL)")

    def isNaN(self) -> Column:
        """Whether it is not a number."""
        return call("isnan", self)

    def isin(self, *cols: Any) -> Column:
        """Whether it is one of several values; of a query's if one frame is given."""
        if len(cols) == 1:
            from sluice.frame.frame import DataFrame

            if isinstance(cols[0], DataFrame):
                from sluice.frame.expr import Subquery

                return Column(Subquery(cols[0]._node, "in", (self._expr,)))
            if isinstance(cols[0], list | set | tuple | frozenset):
                cols = tuple(cols[0])
        return call("in", self, *cols)

    def between(self, lowerBound: Any, upperBound: Any) -> Column:
        """Whether it lies between two values, both included."""
        both: Column = (self >= lowerBound) & (self <= upperBound)
        return both

    def substr(self, startPos: Any, length: Any) -> Column:
        """A piece of a text: from 1, so many characters.

        Raises:
            PySparkTypeError: one of the two is a column and the other is not.
        """
        if type(startPos) is not type(length):
            raise PySparkTypeError(
                errorClass="NOT_SAME_TYPE",
                messageParameters={
                    "arg_name1": "startPos",
                    "arg_name2": "length",
                    "arg_type1": type(startPos).__name__,
                    "arg_type2": type(length).__name__,
                },
            )
        if not isinstance(startPos, int | Column):
            raise unexpected("startPos", "Column or int", startPos)
        return call("substr", self, startPos, length)

    def alias(self, *alias: str, **kwargs: Any) -> Column:
        """The column under another name; under several if it makes several columns.

        Raises:
            TypeError: there is another keyword than metadata.
        """
        metadata = kwargs.pop("metadata", None)
        if kwargs:
            raise TypeError(f"unexpected keywords: {sorted(kwargs)}")
        if metadata is not None and len(alias) != 1:
            raise PySparkValueError(
                errorClass="ONLY_ALLOWED_FOR_SINGLE_COLUMN", messageParameters={"arg_name": "metadata"}
            )
        return Column(Alias(self._expr, alias, None if metadata is None else tuple(metadata.items())))

    name = alias

    def cast(self, dataType: DataType | str) -> Column:
        """The column as another type; what does not fit is an error."""
        return Column(Cast(self._expr, _type(dataType)))

    astype = cast

    def try_cast(self, dataType: DataType | str) -> Column:
        """The column as another type; what does not fit is null."""
        return Column(Cast(self._expr, _type(dataType), safe=True))

    def when(self, condition: Column, value: Any) -> Column:
        """A further case of `functions.when`.

        Raises:
            PySparkTypeError: the condition is no column.
        """
        if not isinstance(condition, Column):
            raise unexpected("condition", "Column", condition)
        if not isinstance(self._expr, Case):
            raise _not_when("when")
        if self._expr.otherwise is not None:
            raise _not_when("when")
        return Column(Case((*self._expr.branches, (condition._expr, value_of(value)))))

    def otherwise(self, value: Any) -> Column:
        """The value where no case holds.

        Raises:
            IllegalArgumentException: it does not come after `when`, or comes twice.
        """
        if not isinstance(self._expr, Case) or self._expr.otherwise is not None:
            raise _not_when("otherwise")
        return Column(Case(self._expr.branches, value_of(value)))

    def asc(self) -> Column:
        """In ascending order, nulls first."""
        return Column(SortOrder(self._expr, True))

    def desc(self) -> Column:
        """In descending order, nulls last."""
        return Column(SortOrder(self._expr, False))

    def asc_nulls_first(self) -> Column:
        """In ascending order, nulls first."""
        return Column(SortOrder(self._expr, True, True))

    def asc_nulls_last(self) -> Column:
        """In ascending order, nulls last."""
        return Column(SortOrder(self._expr, True, False))

    def desc_nulls_first(self) -> Column:
        """In descending order, nulls first."""
        return Column(SortOrder(self._expr, False, True))

    def desc_nulls_last(self) -> Column:
        """In descending order, nulls last."""
        return Column(SortOrder(self._expr, False, False))

    def over(self, window: WindowSpec) -> Column:
        """The function over a window.

        Raises:
            PySparkTypeError: it is no window.
        """
        from sluice.frame.expr import Window
        from sluice.frame.window import WindowSpec as Spec

        if not isinstance(window, Spec):
            raise unexpected("window", "WindowSpec", window)
        return Column(Window(self._expr, window._spec))

    def __repr__(self) -> str:
        return f"Column<'{self._text or _shown(self._expr)}'>"


def _shown(expr: Expr) -> str:
    """An expression as PySpark prints a column: operators in front, like functions."""
    if isinstance(expr, Alias):
        return f"{_shown(expr.child)} AS {', '.join(expr.names)}"
    if isinstance(expr, Literal) and isinstance(expr.value, str):
        return f"'{expr.value}'"
    if isinstance(expr, Literal) and isinstance(expr.value, list | tuple):
        return f"array({', '.join(_shown(Literal(each)) for each in expr.value)})"
    if isinstance(expr, Name):
        return ".".join(expr.parts)
    if isinstance(expr, Cast):
        return f"{'TRY_CAST' if expr.safe else 'CAST'}({_shown(expr.child)} AS {expr.type.simpleString().upper()})"
    if isinstance(expr, SortOrder):
        way = "ASC" if expr.ascending else "DESC"
        return f"{_shown(expr.child)} {way} NULLS {'FIRST' if expr.nulls else 'LAST'}"
    if isinstance(expr, Case):
        text = "".join(f" WHEN {_shown(when)} THEN {_shown(then)}" for when, then in expr.branches)
        return f"CASE{text}{'' if expr.otherwise is None else f' ELSE {_shown(expr.otherwise)}'} END"
    if isinstance(expr, Call) and expr.function == "getitem":
        return f"{_shown(expr.args[0])}[{_shown(expr.args[1])}]"
    if isinstance(expr, Call):
        name = "!" if expr.function == "not" else expr.function
        return f"{name}({'DISTINCT ' if expr.distinct else ''}{', '.join(map(_shown, expr.args))})"
    return expr.name()


def _not_when(name: str) -> Exception:
    from sluice.pyspark.captured import IllegalArgumentException

    return IllegalArgumentException(
        f"{name}() can only be applied on a Column previously generated by when() function", ""
    )


def _type(given: DataType | str) -> DataType:
    from sluice.frame.ddl import parse_plain_type
    from sluice.frame.types import DataType as Type

    if isinstance(given, str):
        return parse_plain_type(given)
    if isinstance(given, Type):
        return given
    raise unexpected("dataType", "DataType or str", given)
