"""Errors that programs catch: of analysis, of ANSI arithmetic and casts, of Python functions, of files."""

import pandas as pd

from pyspark.errors import AnalysisException, ParseException, PySparkException, PythonException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.master("local[2]").getOrCreate()
spark.sparkContext.setLogLevel("OFF")
frame = spark.createDataFrame([(1, "a"), (2, "x")], ["n", "s"])


def attempt(what, action):
    try:
        print(what, "gave", action())
    except AnalysisException as error:
        print(what, "analysis", isinstance(error, ParseException), error.getCondition())
    except PythonException as error:
        print(what, "python", "ZeroDivisionError" in str(error), "ValueError" in str(error))
    except PySparkException as error:
        print(what, type(error).__name__, error.getCondition())
    except Exception as error:
        print(what, "other", type(error).__name__)


attempt("column", lambda: frame.select("missing"))
attempt("attribute", lambda: frame.missing)
attempt("view", lambda: spark.sql("select * from missing"))
attempt("syntax", lambda: spark.sql("selec 1"))
attempt("function", lambda: frame.selectExpr("missing(n)"))
attempt("group", lambda: frame.groupBy("s").agg(F.sum("missing")))
attempt("not grouped", lambda: spark.sql("select n, count(*) from values (1) as t(n)"))
attempt("divide", lambda: frame.select(F.col("n") / 0).collect())
attempt("cast", lambda: frame.select(F.col("s").cast("int")).collect())
attempt("overflow", lambda: spark.sql("select 2147483647 + 1").collect())
attempt("index", lambda: frame.select(F.array("n")[5]).collect())
attempt("type", lambda: frame.filter(F.col("n")))
attempt("udf", lambda: frame.select(F.udf(lambda n: 1 // (n - 1), "int")("n")).collect())
attempt("raises", lambda: frame.select(F.pandas_udf(lambda n: (_ for _ in ()).throw(ValueError("no")), "long")("n")).collect())
attempt("file", lambda: spark.read.parquet("nothing/here"))
attempt("bool", lambda: frame.filter(frame.n > 1 and frame.n < 3))
attempt("union", lambda: frame.union(frame.select("n")))
attempt("no rows", lambda: frame.filter("false").first())
attempt("fine", lambda: frame.count())
print(frame.select(F.sum("n")).first()[0])
spark.stop()
