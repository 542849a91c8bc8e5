# SPDX-License-Identifier: Apache-2.0
"""Records PySpark's answers: `python -m tests.frame.functions.record FAMILY...` in python/, with PySpark 4.3."""

from __future__ import annotations

import json
import os
import sys
import time

from tests.frame.functions.answering import RECORDED, ZONE, answer, cases, scope
from tests.frame.functions.frames import FRAMES


def main(families: list[str]) -> None:
    """Ask PySpark for the cases that are not recorded yet; `--all` forgets what is."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    from pyspark.sql import SparkSession, functions, types

    builder = SparkSession.builder.master("local[1]").config("spark.sql.session.timeZone", ZONE)
    spark = builder.config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    frames = {name: spark.createDataFrame(rows, schema).cache() for name, (schema, rows) in FRAMES.items()}
    names = scope(functions, types)
    for family in families:
        path = RECORDED / f"{family}.json"
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        made = {}
        for frame, expression in cases(family):
            key = f"{frame}: {expression}"
            made[key] = known.get(key) or answer(frames[frame], expression, names)
        path.write_text(json.dumps(made, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
        print(family, len(made))
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
