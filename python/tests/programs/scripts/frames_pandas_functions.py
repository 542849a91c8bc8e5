"""Functions in pandas: series to series, several columns, iterators, structs, to a scalar, over groups, whole groups."""

from collections.abc import Iterator

import pandas as pd

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.functions import PandasUDFType, pandas_udf, udf
from pyspark.sql.types import DoubleType, IntegerType, LongType, StringType

spark = SparkSession.builder.master("local[2]").appName("pandas functions").getOrCreate()
frame = spark.createDataFrame(
    [(i, ("a", "b", None)[i % 3], float(i) if i % 4 else None) for i in range(12)], "id long, g string, x double"
)


@pandas_udf("double")
def half(x: pd.Series) -> pd.Series:
    return x / 2


@pandas_udf(LongType())
def weighted(a: pd.Series, b: pd.Series) -> pd.Series:
    return (a * 10 + b.fillna(-1)).astype("int64")


@pandas_udf("long")
def counted(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    offset = 100  # made once for all batches
    for batch in batches:
        yield batch + offset


@pandas_udf("first string, length long")
def parts(s: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"first": s.str[:1], "length": s.str.len().fillna(0).astype("int64")})


@pandas_udf("double")
def mean(x: pd.Series) -> float:
    return x.mean()


@udf(returnType=StringType())
def label(i, g):
    return f"{g}{i}" if g else None


@udf("int")
def half_of(i):
    return i // 2


plus = udf(lambda a: a + 1, IntegerType())
frame.select("id", half("x").alias("half"), weighted("id", "x").alias("w"), counted("id").alias("c")).orderBy("id").show()
frame.select("id", parts("g").alias("p")).select("id", "p.*").orderBy("id").show(4)
frame.groupBy("g").agg(mean("x").alias("m")).orderBy("g").show()
frame.select(label("id", "g").alias("l"), half_of(F.col("id").cast("int")).alias("h")).orderBy("h", "l").show(5)
frame.withColumn("p", plus(F.col("id").cast("int"))).filter("p > 10").orderBy("id").show()
frame.withColumn("twice", half(half("x"))).agg(F.sum("twice")).show()


def centre(group: pd.DataFrame) -> pd.DataFrame:
    return group.assign(x=group["x"] - group["x"].mean())


frame.dropna().groupBy("g").applyInPandas(centre, schema=frame.schema).orderBy("id").show()


def summary(key, group):
    return pd.DataFrame({"g": [key[0]], "n": [len(group)], "most": [group["x"].max()]}).astype({"g": object})


frame.groupBy("g").applyInPandas(summary, "g string, n long, most double").orderBy("g").show()


def large(batches):
    for batch in batches:
        yield batch[batch["id"] > 8][["id", "g"]].astype({"g": object})


frame.mapInPandas(large, "id long, g string").orderBy("id").show()
spark.udf.register("half_in_sql", half)
frame.createOrReplaceTempView("frame")
spark.sql("SELECT id, half_in_sql(x) AS h FROM frame WHERE id < 3 ORDER BY id").show()
print(half.func(pd.Series([2.0])).tolist(), half.returnType == DoubleType(), PandasUDFType.SCALAR)
spark.stop()
