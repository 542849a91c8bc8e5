"""Quotes beside trades: cogroup with pandas' merge_asof, group by arrow, map in arrow."""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pyspark.sql import SparkSession

spark = SparkSession.builder.master("local[2]").getOrCreate()
trades = spark.createDataFrame([("x", 3, 10.0), ("x", 7, 11.0), ("y", 5, 20.0), ("z", 1, 1.0)], ["s", "t", "price"])
quotes = spark.createDataFrame([("x", 1, 9.5), ("x", 6, 10.5), ("y", 4, 19.0), ("w", 2, 3.0)], ["s", "t", "bid"])


def asof(left, right):
    return pd.merge_asof(left.sort_values("t"), right.sort_values("t"), on="t", by="s").astype({"s": object})


joined = trades.groupBy("s").cogroup(quotes.groupBy("s")).applyInPandas(asof, "s string, t long, price double, bid double")
joined.orderBy("s", "t").show()


def sizes(key, left, right):
    return pd.DataFrame([(key[0], len(left), len(right))], columns=["s", "left", "right"]).astype({"s": object})


trades.groupby("s").cogroup(quotes.groupby("s")).applyInPandas(sizes, "s string, left int, right int").orderBy("s").show()


def total(table: pa.Table) -> pa.Table:
    return pa.table({"s": [table["s"][0].as_py()], "total": [pc.sum(table["price"]).as_py()]})


trades.groupBy("s").applyInArrow(total, "s string, total double").orderBy("s").show()


def doubled(batches):
    for batch in batches:
        yield pa.RecordBatch.from_pylist([{"s": row["s"], "twice": row["price"] * 2} for row in batch.to_pylist()])


trades.mapInArrow(doubled, "s string, twice double").orderBy("twice").show()
table = trades.orderBy("s", "t").toArrow()
print(table.schema.names, table.num_rows, table["price"].to_pylist())
print(spark.createDataFrame(table).orderBy("t").collect())
spark.stop()
