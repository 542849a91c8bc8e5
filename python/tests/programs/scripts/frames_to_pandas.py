"""Between pandas and frames: dtypes, nulls, dates and times, an empty frame, arithmetic on the result."""

import datetime

import numpy as np
import pandas as pd

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.master("local[2]").config("spark.sql.execution.arrow.pyspark.enabled", "true").getOrCreate()
spark.conf.set("spark.sql.session.timeZone", "Europe/Berlin")
data = pd.DataFrame(
    {
        "n": np.arange(6, dtype="int32"),
        "x": [0.5, np.nan, 2.5, 3.5, 4.5, 5.5],
        "s": ["a", "b", None, "a", "b", "a"],
        "t": pd.date_range("2024-03-30 23:00", periods=6, freq="6h"),
        "d": [datetime.date(2024, 1, i + 1) for i in range(6)],
        "b": [True, False, True, False, True, False],
    }
)
frame = spark.createDataFrame(data)
frame.printSchema()
frame.show()
back = frame.toPandas()
print({name: str(dtype) for name, dtype in back.dtypes.items()})
print(back["x"].sum(), back["n"].tolist(), back["t"].iloc[0], back["d"].iloc[0])
back["n"] += 1
back["x"] = back["x"].fillna(0)
print(back["n"].sum(), back["x"].mean())
grouped = frame.groupBy("s").agg(F.sum("n").alias("n"), F.avg("x").alias("x")).orderBy(F.asc_nulls_last("s")).toPandas()
print(grouped.to_string())
empty = frame.filter("n > 100").toPandas()
print(len(empty), [str(dtype) for dtype in empty.dtypes])
print(spark.createDataFrame(grouped.fillna("?")).count())
whole = frame.select((F.col("n") % 2).alias("odd"), "x").toPandas().groupby("odd")["x"].max()
print(whole.to_dict())
print(frame.select(F.collect_list("n").alias("l")).toPandas()["l"][0])
print(frame.describe("n", "x").toPandas().set_index("summary").loc["mean"].tolist())
spark.stop()
