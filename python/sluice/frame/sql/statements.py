# SPDX-License-Identifier: Apache-2.0
"""`spark.sql`: queries, and the few statements that are about views and settings."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sluice.frame import errors
from sluice.frame.expr import Bound, Expr, Literal, Name
from sluice.frame.nodes import Node
from sluice.frame.sql.grammar import exp, parsed, refusal
from sluice.frame.sql.selects import Selects
from sluice.frame.sql.tables import Ids, not_found
from sluice.frame.types import BooleanType, StringType, StructField, StructType
from sluice.frame.views import QueryView
from sluice.pyspark.exceptions import PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    from sluice.frame.frame import DataFrame
    from sluice.pyspark.session import SparkSession

__all__ = ["run"]

_WORD = r"(`(?:[^`]|``)+`|\w+)"
_NAME = rf"({_WORD}(?:\.{_WORD})*)"
_QUERIES = exp.Select | exp.SetOperation | exp.Subquery | exp.Values


def run(
    session: SparkSession, text: str, args: Any = None, values: Mapping[str, Any] | None = None
) -> DataFrame:
    """Run a statement, or plan a query.

    Args:
        args: values of `:name` as a dict, or of `?` as a list.
        values: what `{name}` in the text stands for: frames, columns, values.

    Raises:
        ParseException: it is no SQL, or a statement that is not here.
        AnalysisException: something that it names is not there.
    """
    tables: dict[str, Node] = {}
    parameters = _parameters(args)
    if values:
        text, tables, parameters = _formatted(text, values, parameters)
    stripped = re.sub(r"\A(\s|--[^\n]*\n|/\*(?!\+).*?\*/)*", "", text, flags=re.DOTALL)
    stripped = stripped.rstrip().rstrip(";").rstrip()
    for pattern, command in _COMMANDS:
        found = pattern.fullmatch(stripped)
        if found is not None:
            return command(session, found)
    statement = parsed(text)
    nested = statement.find(exp.Subquery, exp.Exists, exp.Lateral, exp.In) is not None
    planner = Selects(text, session, parameters, tables, used=Ids(always=nested))
    if isinstance(statement, exp.Create):
        return _create_view(
            session,
            planner,
            statement,
            lambda: Selects(text, session, parameters, tables, used=Ids(always=nested)),
        )
    if isinstance(statement, exp.Drop):
        return _drop(session, planner, statement)
    if not isinstance(statement, _QUERIES):
        raise refusal(f"the statement {type(statement).__name__.upper()}", text)
    return _frame(session, planner.query(statement))


def _frame(session: SparkSession, node: Node) -> DataFrame:
    from sluice.frame.frame import DataFrame

    return DataFrame(node, session)


def _rows(session: SparkSession, rows: list[Any], *fields: tuple[str, Any]) -> DataFrame:
    schema = StructType([StructField(name, type_, True) for name, type_ in fields])
    return session.createDataFrame(rows, schema)


def _nothing(session: SparkSession) -> DataFrame:
    return session.createDataFrame([], StructType([]))


def _value(value: Any) -> Expr:
    from sluice.frame.column import Column

    return value._expr if isinstance(value, Column) else Literal(value)


def _parameters(args: Any) -> dict[str, Expr] | list[Expr]:
    if args is None:
        return {}
    if isinstance(args, Mapping):
        return {str(name): _value(value) for name, value in args.items()}
    if isinstance(args, list | tuple):
        return [_value(value) for value in args]
    raise PySparkTypeError(
        f"args should be a dict or a list, got {type(args).__name__}",
        "INVALID_TYPE",
        {"arg_name": "args", "arg_type": type(args).__name__},
    )


class _Formatter(string.Formatter):
    """Puts names for frames, columns and texts into a query: they are never written into it."""

    def __init__(self, parameters: dict[str, Expr]) -> None:
        self.tables: dict[str, Node] = {}
        self._parameters = parameters

    def format_field(self, value: Any, format_spec: str) -> Any:
        from sluice.frame.column import Column
        from sluice.frame.frame import DataFrame

        if isinstance(value, DataFrame):
            name = f"_sluice_{len(self.tables)}"
            self.tables[name] = value._node
            return name
        if isinstance(value, Column) and not isinstance(value._expr, Name | Bound):
            raise PySparkValueError(
                f"The value of `{value._expr.name()}` in a query should be a plain column, without operations.",
                "VALUE_NOT_PLAIN_COLUMN_REFERENCE",
                {"val": value._expr.name(), "field_name": "column"},
            )
        if isinstance(value, Column | str):
            name = f"_sluice_{len(self._parameters)}"
            self._parameters[name] = _value(value)
            return f":{name}"
        return super().format_field(value, format_spec)


def _formatted(
    text: str, values: Mapping[str, Any], parameters: dict[str, Expr] | list[Expr]
) -> tuple[str, dict[str, Node], dict[str, Expr] | list[Expr]]:
    if isinstance(parameters, list):
        if parameters:
            raise PySparkTypeError("args as a list and {} in the query at once", "INVALID_TYPE", {})
        parameters = {}
    formatter = _Formatter(parameters)
    return formatter.vformat(text, (), values), formatter.tables, parameters


def _create_view(
    session: SparkSession, planner: Selects, node: Any, again: Callable[[], Selects]
) -> DataFrame:
    properties = node.args.get("properties")
    kinds = {type(each) for each in (properties.expressions if properties is not None else ())}
    everywhere = exp.GlobalProperty in kinds
    if node.args.get("kind") != "VIEW" or not ({exp.TemporaryProperty, exp.GlobalProperty} & kinds):
        raise refusal("tables and views that outlive the session: CREATE TEMPORARY VIEW", planner.text)
    if node.expression is None:
        return _create_view_of_files(session, planner, node, everywhere)
    query = node.expression.copy()
    made = planner.query(node.expression)
    named, names = node.this, []
    if isinstance(named, exp.Schema):
        names = [
            each.this.name if isinstance(each, exp.ColumnDef) else each.name for each in named.expressions
        ]
        named = named.this
    if names:
        made = planner.renamed(made, names, "")
    settings = planner.planner.settings

    def planned() -> Node:
        other = again()
        # A view keeps the settings under which it was made.
        other.planner.settings = settings
        found = other.query(query.copy())
        return other.renamed(found, names, "") if names else found

    if not any(each.name.lower() == named.name.lower() for each in query.find_all(exp.Table)):
        made = QueryView(made.output, made, planned, named.name)
    _name_view(session, named.name, made, node, everywhere)
    return _nothing(session)


def _create_view_of_files(session: SparkSession, planner: Selects, node: Any, everywhere: bool) -> DataFrame:
    """`CREATE TEMPORARY VIEW v USING parquet OPTIONS (path '...')`."""
    source, options = None, {}
    for each in node.args["properties"].expressions:
        if isinstance(each, exp.FileFormatProperty):
            source = each.this.name
        elif isinstance(each, exp.OptionsProperty):
            options = {one.this.name: one.args["value"].name for one in each.expressions}
    path = options.pop("path", None)
    if source is None or path is None:
        raise refusal("CREATE TEMPORARY VIEW without AS, or USING without a path", planner.text)
    frame = session.read.format(source).options(**options).load(path)
    named = node.this.this if isinstance(node.this, exp.Schema) else node.this
    _name_view(session, named.name, frame._node, node, everywhere)
    return _nothing(session)


def _name_view(session: SparkSession, name: str, made: Node, node: Any, everywhere: bool) -> None:
    views = session._frames.global_views if everywhere else session._frames.views
    if node.args.get("exists") and name.lower() in views:
        return
    _frame(session, made)._named(name, views, bool(node.args.get("replace")))


def _drop(session: SparkSession, planner: Selects, node: Any) -> DataFrame:
    if node.args.get("kind") not in ("VIEW", "TABLE"):
        raise refusal(f"DROP {node.args.get('kind')}", planner.text)
    for table in node.args["tables"]:
        catalog = session.catalog
        gone = (
            catalog.dropGlobalTempView(table.name)
            if table.args.get("db") and table.args["db"].name.lower() == "global_temp"
            else catalog.dropTempView(table.name)
        )
        if not gone and not node.args.get("exists"):
            raise not_found(f"`spark_catalog`.`default`.`{table.name}`")
    return _nothing(session)


def _plain(name: str) -> str:
    return name[1:-1].replace("``", "`") if name.startswith("`") else name


def _matches(pattern: str | None, name: str) -> bool:
    """Whether a name matches a pattern of SHOW: `*` is anything, `|` separates patterns."""
    if pattern is None:
        return True
    options = (re.escape(each.strip()).replace(r"\*", ".*") for each in pattern.split("|"))
    return any(re.fullmatch(each, name, re.IGNORECASE) for each in options)


def _show_tables(session: SparkSession, found: re.Match[str], word: str = "tableName") -> DataFrame:
    place = _plain(found["place"]) if found["place"] else None
    rows = []
    if place is not None and place.lower() == "global_temp":
        views = session._frames.global_views.values()
        rows += [("global_temp", name, True) for name, _ in views if _matches(found["like"], name)]
    elif place is not None and place.lower() != "default":
        raise _no_schema(place)
    rows += [("", name, True) for name, _ in session._frames.views.values() if _matches(found["like"], name)]
    return _rows(
        session,
        sorted(rows),
        ("namespace", StringType()),
        (word, StringType()),
        ("isTemporary", BooleanType()),
    )


def _show_views(session: SparkSession, found: re.Match[str]) -> DataFrame:
    return _show_tables(session, found, "viewName")


def _no_schema(name: str) -> Exception:
    return errors.analysis(
        "SCHEMA_NOT_FOUND",
        f"The schema `spark_catalog`.`{name}` cannot be found. Verify the spelling and correctness of the schema and "
        "catalog. SQLSTATE: 42704",
    )


def _show_databases(session: SparkSession, found: re.Match[str]) -> DataFrame:
    names = [(each,) for each in ("default",) if _matches(found["like"], each)]
    return _rows(session, names, ("namespace", StringType()))


def _show_columns(session: SparkSession, found: re.Match[str]) -> DataFrame:
    frame = session.table(found["name"])
    return _rows(session, [(name,) for name in frame.columns], ("col_name", StringType()))


def _show_functions(session: SparkSession, found: re.Match[str]) -> DataFrame:
    names = [(each.name,) for each in session.catalog.listFunctions() if _matches(found["like"], each.name)]
    return _rows(session, names, ("function", StringType()))


def _describe(session: SparkSession, found: re.Match[str]) -> DataFrame:
    frame = session.table(found["name"])
    rows = [
        (each.name, each.dataType.simpleString(), (each.metadata or {}).get("comment"))
        for each in frame.schema
    ]
    fields = [(name, StringType()) for name in ("col_name", "data_type", "comment")]
    return _rows(session, rows, *fields)


def _describe_query(session: SparkSession, found: re.Match[str]) -> DataFrame:
    rows = [(each.name, each.dataType.simpleString(), None) for each in run(session, found["query"]).schema]
    fields = [(name, StringType()) for name in ("col_name", "data_type", "comment")]
    return _rows(session, rows, *fields)


def _set(session: SparkSession, found: re.Match[str]) -> DataFrame:
    fields = [(name, StringType()) for name in ("key", "value")]
    key, value = found["key"], found["value"]
    if key is None:
        return _rows(session, sorted(session.conf.getAll.items()), *fields)
    key = key.strip("`")
    if value is None:
        return _rows(session, [(key, session.conf._known(key, "<undefined>"))], *fields)
    value = value.strip()
    if value[:1] in "'\"" and len(value) > 1 and value[-1] == value[0]:
        value = value[1:-1]
    session.conf.set(key, value)
    return _rows(session, [(key, value)], *fields)


def _set_zone(session: SparkSession, found: re.Match[str]) -> DataFrame:
    zone = found["zone"]
    if zone is None:
        from sluice.frame.zones import local_zone

        zone = local_zone()
    session.conf.set("spark.sql.session.timeZone", zone)
    return _nothing(session)


def _reset(session: SparkSession, found: re.Match[str]) -> DataFrame:
    keys = [found["key"].strip()] if found["key"] else list(session.conf.getAll)
    for key in keys:
        session.conf.unset(key.strip("`"))
    return _nothing(session)


def _use(session: SparkSession, found: re.Match[str]) -> DataFrame:
    session.catalog.setCurrentDatabase(_plain(found["name"]))
    return _nothing(session)


def _cache(session: SparkSession, found: re.Match[str]) -> DataFrame:
    name = found["name"]
    if found["query"]:
        run(session, found["query"]).createTempView(_plain(name))
    session.catalog.cacheTable(name)
    if not found["lazy"]:
        session.table(name).count()
    return _nothing(session)


def _uncache(session: SparkSession, found: re.Match[str]) -> DataFrame:
    if not found["exists"] or session.catalog.tableExists(found["name"]):
        session.catalog.uncacheTable(found["name"])
    return _nothing(session)


def _clear_cache(session: SparkSession, found: re.Match[str]) -> DataFrame:
    session.catalog.clearCache()
    return _nothing(session)


def _refresh(session: SparkSession, found: re.Match[str]) -> DataFrame:
    session.catalog.refreshTable(found["name"])
    return _nothing(session)


def _explain(session: SparkSession, found: re.Match[str]) -> DataFrame:
    frame = run(session, found["query"])
    with frame._run() as one:
        text = f"== Physical Plan ==\n{one.explained(one.text(frame._node))}\n"
    return _rows(session, [(text,)], ("plan", StringType()))


def _table(session: SparkSession, found: re.Match[str]) -> DataFrame:
    return session.table(found["name"])


_LIKE = r"(?:\s+(?:like\s+)?(?:'(?P<like>[^']*)'))?"
_PLACE = rf"(?:\s+(?:in|from)\s+(?P<place>{_WORD}))?"
_Command = Callable[["SparkSession", re.Match[str]], "DataFrame"]
_COMMANDS: list[tuple[re.Pattern[str], _Command]] = [
    (re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE | re.DOTALL), command)
    for pattern, command in (
        (rf"show tables{_PLACE}{_LIKE}", _show_tables),
        (rf"show views{_PLACE}{_LIKE}", _show_views),
        (rf"show (?:databases|schemas|namespaces){_LIKE}", _show_databases),
        (rf"show columns (?:in|from) (?P<name>{_NAME})", _show_columns),
        (rf"show (?:(?:user|system|all) )?functions{_LIKE}", _show_functions),
        (r"(?:describe|desc) (?:query )?(?P<query>(?:select|with|values)\b.*)", _describe_query),
        (rf"(?:describe|desc) (?:table )?(?:extended |formatted )?(?P<name>{_NAME})", _describe),
        (r"set time zone (?:'(?P<zone>[^']*)'|local)", _set_zone),
        (r"set(?: (?:-v|(?P<key>[\w.\-]+|`[^`]+`)(?:\s*=\s*(?P<value>.*))?))?", _set),
        (r"reset(?P<key> \S+)?", _reset),
        (rf"use (?:(?:schema|database|namespace) )?(?P<name>{_WORD})", _use),
        (
            rf"cache (?P<lazy>lazy )?table (?P<name>{_NAME})(?:\s+options\s*\([^)]*\))?"
            r"(?: (?:as )?(?P<query>(?:select|with)\b.*))?",
            _cache,
        ),
        (rf"uncache table (?P<exists>if exists )?(?P<name>{_NAME})", _uncache),
        (r"clear cache", _clear_cache),
        (rf"refresh (?:table )?(?P<name>{_NAME})", _refresh),
        (r"explain (?:(?:extended|formatted|cost|codegen) )?(?P<query>.*)", _explain),
        (rf"table (?P<name>{_NAME})", _table),
    )
]
