# SPDX-License-Identifier: Apache-2.0
"""Record what PySpark 4.3 shows: `TZ=America/Los_Angeles python record_showing.py OUT.json`."""

import json
import sys
import warnings

from showing_cases import CASES, WAYS, way_name


def main():
    from pyspark.sql import SparkSession

    warnings.simplefilter("ignore")
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "America/Los_Angeles")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    found = {}
    for name, (schema, rows) in CASES.items():
        frame = session.createDataFrame(rows, schema, verifySchema=False).coalesce(1)
        texts = {way_name(way): frame._jdf.showString(*way) for way in WAYS}
        found[name] = {"shown": texts, "tree": frame.schema.treeString()}
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        json.dump(found, out, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


if __name__ == "__main__":
    main()
