# SPDX-License-Identifier: Apache-2.0
"""SQL text: what is refused, what a statement changes, and queries inside queries over the same view."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")

from sluice import Context
from sluice.frame.sql import expression
from sluice.pyspark.exceptions import AnalysisException, ParseException, PySparkValueError
from sluice.pyspark.session import SparkSession


@pytest.fixture
def sql(spark: SparkSession) -> SparkSession:
    rows = [(1, "a", 3.5), (2, "b", None), (3, None, 1.0), (4, "a", 0.5)]
    spark.createDataFrame(rows, "id int, k string, v double").createOrReplaceTempView("t")
    return spark


def rows(spark: SparkSession, text: str, *args: Any, **kwargs: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in spark.sql(text, *args, **kwargs).collect()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT id FROM t WHERE EXISTS (SELECT 1 FROM t u WHERE u.k = t.k AND u.id > t.id)", [(1,)]),
        ("SELECT id FROM t WHERE v = (SELECT max(v) FROM t u WHERE u.k = t.k) ORDER BY id", [(1,)]),
        ("SELECT a.id, b.id FROM t a JOIN t b ON a.k = b.k AND a.id < b.id", [(1, 4)]),
        (
            "SELECT t.id, l.n FROM t, LATERAL (SELECT count(*) n FROM t u WHERE u.id < t.id) l WHERE n > 2",
            [(4, 3)],
        ),
        (
            "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n * 2 FROM r WHERE n < 5) SELECT max(n) FROM r",
            [(8,)],
        ),
        (
            "SELECT k, sum(id) AS s FROM t GROUP BY k HAVING s > 2 ORDER BY count(*) DESC, k",
            [("a", 5), (None, 3)],
        ),
        ("SELECT upper(k) AS u, count(*) FROM t GROUP BY u ORDER BY 1 NULLS LAST LIMIT 1", [("A", 2)]),
        ("SELECT id + 1 AS n, n * 2 AS m FROM t ORDER BY id LIMIT 1", [(2, 4)]),
        ("SELECT id, row_number() OVER (PARTITION BY k ORDER BY id) n FROM t QUALIFY n = 2", [(4, 2)]),
        ("SELECT t.id FROM t JOIN (SELECT 4 AS id) u USING (id) WHERE u.id = 4", [(4,)]),
        ("SELECT k, id, count(*) FROM t WHERE id > 2 GROUP BY GROUPING SETS ((k), (id)) ORDER BY 1, 2", None),
    ],
)
def test_queries(sql: SparkSession, text: str, found: list[tuple[Any, ...]] | None) -> None:
    if found is None:
        found = [(None, None, 1), (None, 3, 1), (None, 4, 1), ("a", None, 1)]
    assert rows(sql, text) == found


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("SELECT FROM WHERE", "PARSE_SYNTAX_ERROR"),
        ("SELECT 1; SELECT 2", "PARSE_SYNTAX_ERROR"),
        ("INSERT INTO t VALUES (1)", "UNSUPPORTED_FEATURE.SQL"),
        ("CREATE TABLE u (a INT)", "UNSUPPORTED_FEATURE.SQL"),
        ("DELETE FROM t", "UNSUPPORTED_FEATURE.SQL"),
        ("SELECT * FROM nowhere", "TABLE_OR_VIEW_NOT_FOUND"),
        ("SELECT * FROM other.t", "TABLE_OR_VIEW_NOT_FOUND"),
        ("SELECT strftime(k) FROM t", "UNRESOLVED_ROUTINE"),
        ("SELECT list_sort(array(1)) FROM t", "UNRESOLVED_ROUTINE"),
        ("SELECT id FROM t GROUP BY 2", "GROUP_BY_POS_OUT_OF_RANGE"),
        ("SELECT id FROM t ORDER BY 2", "ORDER_BY_POS_OUT_OF_RANGE"),
        ("SELECT k FROM t GROUP BY id", "MISSING_AGGREGATION"),
        ("SELECT id FROM t LIMIT -1", "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE"),
        ("SELECT :x", "UNBOUND_SQL_PARAMETER"),
        ("SELECT id FROM t HAVING id > 1", "MISSING_GROUP_BY"),
        ("SELECT 300Y", "INVALID_NUMERIC_LITERAL_RANGE"),
        ("SELECT DATE '2020-02-31'", "INVALID_TYPED_LITERAL"),
        ("SELECT CAST(1 AS nonsense)", "UNSUPPORTED_DATATYPE"),
    ],
)
def test_what_is_refused_before_anything_runs(sql: SparkSession, text: str, condition: str) -> None:
    with pytest.raises(AnalysisException) as caught:
        sql.sql(text)
    assert caught.value.getCondition() == condition


def test_an_expression_is_one_and_says_where_it_is_none() -> None:
    assert expression("a.b + 1 AS c").name() == "c"
    for text in ("", "a, b", "a FROM t", "1 +", "(a"):
        with pytest.raises(ParseException, match="PARSE_SYNTAX_ERROR"):
            expression(text)


def test_functions_keep_the_names_of_spark(sql: SparkSession) -> None:
    # What DuckDB calls otherwise, or has under the same name with another meaning, is Spark's or not there.
    frame = sql.sql(
        "SELECT sum(id), 'a' || k, id != 1, -id, id BETWEEN 1 AND 2, id IN (1) FROM t GROUP BY id, k"
    )
    assert frame.columns == [
        "sum(id)",
        "concat(a, k)",
        "(NOT (id = 1))",
        "(- id)",
        "between(id, 1, 2)",
        "(id IN (1))",
    ]


def test_parameters_are_values_and_never_text(sql: SparkSession) -> None:
    evil = "x' OR '1' = '1"
    assert rows(sql, "SELECT :a AS a", {"a": evil}) == [(evil,)]
    assert rows(sql, "SELECT id FROM t WHERE k = ?", [evil]) == []
    assert rows(sql, "SELECT {a} AS a FROM {f} LIMIT 1", a=evil, f=sql.table("t")) == [(evil,)]
    with pytest.raises(PySparkValueError, match="plain column"):
        sql.sql("SELECT {c} FROM {f}", c=sql.table("t").id + 1, f=sql.table("t"))


def test_views_are_of_a_session_and_global_ones_of_all(sql: SparkSession, sc: Context) -> None:
    sql.sql("CREATE OR REPLACE TEMP VIEW mine (n) AS SELECT id FROM t")
    sql.sql("CREATE OR REPLACE GLOBAL TEMP VIEW everybodys AS SELECT 1 AS one")
    other = sql.newSession()
    assert rows(sql, "SELECT max(n) FROM mine") == [(4,)]
    assert rows(other, "SELECT * FROM global_temp.everybodys") == [(1,)]
    with pytest.raises(AnalysisException, match="TABLE_OR_VIEW_NOT_FOUND"):
        other.sql("SELECT * FROM mine")
    with pytest.raises(AnalysisException, match="TEMP_TABLE_OR_VIEW_ALREADY_EXISTS"):
        sql.sql("CREATE TEMP VIEW mine AS SELECT 1")
    assert ("", "mine", True) in rows(sql, "SHOW TABLES LIKE 'mi*'")
    assert sql.catalog.dropGlobalTempView("everybodys")
    sql.sql("DROP VIEW mine")
    assert not sql.catalog.tableExists("mine")
    sql.sql("DROP VIEW IF EXISTS mine")


def test_a_cached_view_keeps_its_rows(sql: SparkSession) -> None:
    sql.sql("CACHE TABLE kept AS SELECT rand() AS r")
    assert sql.catalog.isCached("kept")
    first = rows(sql, "SELECT * FROM kept")
    assert rows(sql, "SELECT * FROM kept") == first
    sql.sql("UNCACHE TABLE kept")
    assert not sql.catalog.isCached("kept")


def test_settings_by_statement(sql: SparkSession) -> None:
    assert rows(sql, "SET spark.sql.session.timeZone = Asia/Tokyo") == [
        ("spark.sql.session.timeZone", "Asia/Tokyo")
    ]
    assert rows(sql, "SELECT cast(timestamp '2020-01-01 00:00:00' AS string)") == [("2020-01-01 00:00:00",)]
    assert rows(sql, "SET spark.sql.nothing") == [("spark.sql.nothing", "<undefined>")]
    sql.sql("SET TIME ZONE 'UTC'")
    assert sql.conf.get("spark.sql.session.timeZone") == "UTC"


def test_a_registered_function_is_called_by_name(sql: SparkSession) -> None:
    twice = sql.udf.register("twice", lambda x: x * 2, "int")
    assert rows(sql, "SELECT TWICE(id) FROM t WHERE id < 3") == [(2,), (4,)]
    assert [row[0] for row in sql.table("t").select(twice("id")).collect()] == [2, 4, 6, 8]
    assert sql.catalog.functionExists("twice")
    with pytest.raises(AnalysisException, match="UNRESOLVED_ROUTINE"):
        sql.newSession().sql("SELECT twice(1)")


def test_an_interval_may_be_computed(sql: SparkSession) -> None:
    text = "SELECT INTERVAL id DAY = make_dt_interval(id, 0, 0, 0), DATE '2020-01-31' + INTERVAL id MONTH"
    assert rows(sql, f"{text} FROM t WHERE id = 1") == [(True, datetime.date(2020, 2, 29))]


def test_a_time_alone_is_one_of_today(sql: SparkSession) -> None:
    """Recorded answers have none: they would hold on one day only."""
    before = datetime.datetime.now(datetime.UTC).date()
    ((found,),) = rows(sql, "SELECT CAST(CAST('12:00' AS timestamp) AS string)")
    after = datetime.datetime.now(datetime.UTC).date()
    assert found in {f"{day} 12:00:00" for day in (before, after)}
