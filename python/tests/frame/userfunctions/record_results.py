# SPDX-License-Identifier: Apache-2.0
"""Records what PySpark makes of `result_cases.py`: `PYSPARK_PYTHON=... python record_results.py results.json`.

An answer is the repr of what is collected, `error` if the query fails.
"""

from __future__ import annotations

import json
import sys
import warnings

import result_cases as cases
from pyspark.sql import Row, SparkSession
from pyspark.sql.functions import pandas_udf, udf


def main(path: str) -> None:
    warnings.filterwarnings("ignore")
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", cases.ZONE)
        .config("spark.log.level", "OFF")
        .getOrCreate()
    )
    two = spark.range(2).coalesce(1)
    one = two.limit(1).cache()

    def answer(query: object) -> str:
        try:
            return repr([row[0] for row in query().collect()])
        except Exception:
            return "error"

    found: dict[str, dict[str, dict[str, str]]] = {"arrow": {}, "pickle": {}, "pandas": {}}
    for kind in cases.TYPES:
        for form, by_arrow in (("arrow", True), ("pickle", False)):
            found[form][kind] = {
                name: answer(lambda v=value: one.select(udf(lambda _: v, kind, useArrow=by_arrow)("id")))
                for name, value in cases.values(Row).items()
            }
        if not kind.startswith("struct"):
            found["pandas"][kind] = {
                name: answer(lambda v=value: two.select(pandas_udf(lambda _: v, kind)("id")))
                for name, value in cases.series().items()
            }
        print(kind, flush=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1, sort_keys=True)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
