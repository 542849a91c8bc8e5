# SPDX-License-Identifier: Apache-2.0
"""A filter, a join and a group-by without Python. The floor: the same in SQL by DuckDB itself."""

from common import Metric, median, scenario, tell
from frames import GROUPS, N, rows, session

METRICS = [Metric("query", "filter, join, group-by of 5M x 4", times=1)]


def small():
    import pandas

    return pandas.DataFrame({"key": range(GROUPS), "name": [f"group {key % 10}" for key in range(GROUPS)]})


def main():
    from pyspark.sql import functions as F

    spark = session()
    large, names = spark.createDataFrame(rows()).cache(), spark.createDataFrame(small()).cache()
    assert large.count() == N
    assert names.count() == GROUPS

    def job():
        found = (
            large.filter(F.col("value") > 1000)
            .join(names, "key")
            .groupBy("name")
            .agg(F.sum("value").alias("total"), F.count("*").alias("rows"))
            .orderBy("name")
            .collect()
        )
        assert len(found) == 10
        assert sum(row["rows"] for row in found) == N - 2001

    tell(query=median(job, 5))
    spark.stop()


def floor():
    import duckdb
    import pyarrow

    connection = duckdb.connect()
    connection.register("large", pyarrow.Table.from_pandas(rows()))
    connection.register("names", pyarrow.Table.from_pandas(small()))
    text = (
        "SELECT name, sum(value) AS total, count(*) AS rows FROM large JOIN names USING (key) WHERE value > 1000 "
        "GROUP BY name ORDER BY name"
    )
    tell(query=median(lambda: connection.sql(text).fetchall(), 5))


if __name__ == "__main__":
    scenario(globals())
