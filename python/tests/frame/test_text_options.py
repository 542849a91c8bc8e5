# SPDX-License-Identifier: Apache-2.0
"""Options of the functions that read and write JSON and CSV in texts."""

from __future__ import annotations

import datetime
import math

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")

from sluice.pyspark.exceptions import PySparkNotImplementedError
from sluice.pyspark.session import SparkSession


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("from_csv('up,no', 'a double, b double', map('positiveInf', 'up', 'nanValue', 'no')).a", math.inf),
        ("from_csv('1,\"\"', 'a int, b string', map('emptyValue', 'E')).b", "E"),
        ("from_csv('a|\"b\"\"c\"', 'a string, b string', map('sep', '|', 'escape', '\"')).b", 'b"c'),
        (
            "from_csv('1, x ', 'a int, b string', "
            "map('ignoreLeadingWhiteSpace', 'true', 'ignoreTrailingWhiteSpace', 'true')).b",
            "x",
        ),
        ("to_csv(named_struct('a', ' z ', 'b', ''), map('quoteAll', 'true'))", '"z",""'),
        ("to_csv(named_struct('a', 'x\"y'), map('escapeQuotes', 'false'))", 'x"y'),
        ("to_csv(named_struct('a', 'x,y', 'b', 'z'), map('quote', '#'))", "#x,y#,z"),
        ("to_csv(named_struct('a', X'6869'))", "[68 69]"),
        ("to_json(map(date'2024-01-02', 1))", '{"19724":1}'),
        (
            "from_json('{\"a\": \"02/2024\"}', 'a timestamp_ntz', map('timestampNTZFormat', 'MM/yyyy')).a",
            datetime.datetime(2024, 2, 1),
        ),
    ],
)
def test_options_of_texts(spark: SparkSession, call: str, found: object) -> None:
    """What PySpark answers."""
    assert spark.sql(f"SELECT {call}").collect()[0][0] == found


def test_an_option_that_is_not_heeded_is_refused_by_name(spark: SparkSession) -> None:
    with pytest.raises(PySparkNotImplementedError, match="allowComments"):
        spark.sql("SELECT from_json('{}', 'a int', map('allowComments', 'true'))").collect()
