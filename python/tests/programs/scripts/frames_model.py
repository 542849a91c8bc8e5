"""A model for each group: least squares by applyInPandas, its predictions by a pandas function with a broadcast."""

import numpy as np
import pandas as pd

from pyspark.sql import SparkSession
from pyspark.sql.functions import avg, col, pandas_udf, pow, sqrt

spark = SparkSession.builder.master("local[2]").appName("model").getOrCreate()
random = np.random.default_rng(11)
x = random.uniform(0, 10, 300)
group = np.array(["p", "q", "r"])[np.arange(300) % 3]
y = x * np.where(group == "p", 2.0, np.where(group == "q", -1.0, 0.5)) + 3 + random.normal(0, 0.1, 300)
frame = spark.createDataFrame(pd.DataFrame({"g": group, "x": x, "y": y}))


def fit(key, data):
    slope, intercept = np.polyfit(data["x"], data["y"], 1)
    return pd.DataFrame([(key[0], slope, intercept)], columns=["g", "slope", "intercept"])


models = frame.groupBy("g").applyInPandas(fit, "g string, slope double, intercept double")
models.selectExpr("g", "round(slope, 1) slope", "round(intercept, 1) intercept").orderBy("g").show()
shared = spark.sparkContext.broadcast({row.g: (row.slope, row.intercept) for row in models.collect()})


@pandas_udf("double")
def predict(g: pd.Series, x: pd.Series) -> pd.Series:
    table = shared.value
    return g.map(lambda name: table[name][0]) * x + g.map(lambda name: table[name][1])


predicted = frame.withColumn("p", predict("g", "x"))
error = predicted.groupBy("g").agg(sqrt(avg(pow(col("p") - col("y"), 2))).alias("rmse"))
print([(row.g, row.rmse < 0.2) for row in error.orderBy("g").collect()])
print(predicted.filter("abs(p - y) > 1").count(), predicted.columns)
joined = frame.join(models, "g").withColumn("p", col("slope") * col("x") + col("intercept"))
print(joined.filter((col("p") - col("y")) > 1).count(), joined.count())
spark.stop()
