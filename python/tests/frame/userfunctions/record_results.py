# SPDX-License-Identifier: Apache-2.0
"""Records what PySpark makes of `result_cases.py`: `python record_results.py results.json [FORM...]`.

An answer is the repr of what is collected, `error` if the query fails. A form that is not named stays as it was.
"""

from __future__ import annotations

import json
import os
import re
import sys
import warnings

import result_cases as cases
from pyspark.sql import Row, SparkSession
from pyspark.sql.functions import pandas_udf, udf


def main(path: str, *forms: str) -> None:
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
            found = repr([row[0] for row in query().collect()])
            return "an address" if re.search(r"@[0-9a-f]+|Calendar", found) else found
        except Exception:
            return "error"

    found: dict[str, dict[str, dict[str, str]]] = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    for form in forms or ("arrow", "pickle", "pandas"):
        found[form] = {}
        for kind in cases.PANDAS_TYPES if form == "pandas" else cases.TYPES:
            if form == "pandas":
                found[form][kind] = {
                    name: answer(lambda v=value: two.select(pandas_udf(lambda _: v, kind)("id")))
                    for name, value in cases.series().items()
                }
                continue
            by_arrow = form == "arrow"
            found[form][kind] = {
                name: answer(lambda v=value: one.select(udf(lambda _: v, kind, useArrow=by_arrow)("id")))
                for name, value in cases.values(Row).items()
            }
            print(form, kind, flush=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1, sort_keys=True)
        file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
